#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "parent/child.h"
#include "parent/steps.gen.h"

int do_agent(struct parent *c, const struct agent_args *a)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	if (strlen(a->path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	strcpy(address.sun_path, a->path);
	if (a->pid != 0) {
		c->pidfd = open_process((pid_t)a->pid, a->start_time);
		if (c->pidfd < 0)
			return c->pidfd;
		c->common.pid = (pid_t)a->pid;
	}
	c->agent_state = a->state;
	c->agent = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->agent < 0 || connect(c->agent, (struct sockaddr *)&address, sizeof(address)) < 0)
		return -errno;
	return 0;
}
