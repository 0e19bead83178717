#include <errno.h>
#include <sys/resource.h>

#include "shared/linux.h"
#include "shared/steps.gen.h"

/* The kernel's struct rlimit64, whatever libc's rlim_t is. For the init itself, or by the parent for the init. */
int do_prlimit(struct common *c, const struct prlimit_args *a)
{
	const uint64_t limits[2] = { a->soft, a->hard };

	return SYS(SYS_prlimit64, c->process->actor == INIT ? 0 : c->pid, a->resource, limits, NULL);
}
