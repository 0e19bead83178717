#include <errno.h>
#include <signal.h>
#include <time.h>

#include "parent/family.h"
#include "parent/late.h"
#include "parent/steps.gen.h"
#include "shared/linux.h"
#include "shared/process.h"

enum { BURY_MS = 5000, PAUSE_NS = 10000000 };

int do_deadline(struct parent *c, const struct deadline_args *a)
{
	c->late.deadline = deadline_in((int64_t)a->timeout);
	c->late.grace = a->grace;
	c->late.whole = a->whole;
	return 0;
}

/*
 * A container is asked to end by its first process, which knows of the others; a process in a container is asked with all that came of it. Who
 * is of it is remembered, as it may be alone when it is killed.
 */
int end_late(struct parent *c)
{
	const bool again = c->late.is;
	int err;

	c->late.is = true;
	c->late.deadline = again ? -1 : deadline_in(c->late.grace);
	c->late.family.first = c->common.pid;
	err = find_family(&c->late.family);
	if (err >= 0 && (again || c->late.whole))
		return signal_family(&c->late.family, again ? SIGKILL : SIGTERM);
	if (err >= 0)
		err = SYS(SYS_pidfd_send_signal, c->pidfd, SIGTERM, NULL, 0);
	return err == -ESRCH ? 0 : err;
}

int bury_late(struct parent *c)
{
	const int64_t end = deadline_in(BURY_MS);
	int living = 0, err = 0;

	while (c->late.is && err == 0) {
		living = find_family(&c->late.family);
		if (living <= 0)
			break;
		err = signal_family(&c->late.family, SIGKILL);
		if (err == 0 && deadline_left(end) == 0)
			err = -ETIMEDOUT;
		nanosleep(&(struct timespec){ .tv_nsec = PAUSE_NS }, NULL);
	}
	free_family(&c->late.family);
	return living < 0 ? living : err;
}
