#include "init/open_files.h"

#include <errno.h>

enum { NR_OPEN = 1 << 20 };

/* As far as it goes: to fs.nr_open for who has CAP_SYS_RESOURCE, else to the hard limit (getrlimit(2)). */
bool more_files(struct init *c, int err)
{
	struct rlimit limit;

	if (err != -EMFILE || c->common.files.rlim_max != 0 || getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return false;
	c->common.files = limit;
	limit.rlim_cur = limit.rlim_max = NR_OPEN;
	if (c->common.files.rlim_max < NR_OPEN && setrlimit(RLIMIT_NOFILE, &limit) == 0)
		return true;
	limit.rlim_cur = limit.rlim_max = c->common.files.rlim_max;
	return setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

int usual_files(struct init *c)
{
	struct rlimit limit = c->common.files;

	if (limit.rlim_max == 0)
		return 0;
	c->common.files.rlim_max = 0;
	return setrlimit(RLIMIT_NOFILE, &limit) < 0 ? -errno : 0;
}
