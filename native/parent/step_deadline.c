#include <errno.h>
#include <signal.h>
#include <time.h>

#include "parent/descendants.h"
#include "parent/deadline.h"
#include "parent/steps.gen.h"
#include "shared/linux.h"
#include "shared/process.h"

enum { END_MS = 5000, PAUSE_NS = 10000000 };

int do_deadline(struct parent *c, const struct deadline_args *a)
{
	c->overdue.deadline = deadline_in((int64_t)a->timeout);
	c->overdue.grace = a->grace;
	c->overdue.whole = a->whole;
	return 0;
}

/*
 * SIGTERM goes to the first process of a container alone, which knows what to do with the others; in exec it goes to all descendants of the
 * process. They are recorded now, as a child may have lost its parent when SIGKILL is due.
 */
int deadline_passed(struct parent *c)
{
	const bool again = c->overdue.passed;
	int err;

	c->overdue.passed = true;
	c->overdue.deadline = again ? -1 : deadline_in(c->overdue.grace);
	c->overdue.descendants.first = c->common.pid;
	err = find_descendants(&c->overdue.descendants);
	if (err >= 0 && (again || c->overdue.whole))
		return signal_descendants(&c->overdue.descendants, again ? SIGKILL : SIGTERM);
	if (err >= 0)
		err = SYS(SYS_pidfd_send_signal, c->pidfd, SIGTERM, NULL, 0);
	return err == -ESRCH ? 0 : err;
}

int end_descendants(struct parent *c)
{
	const int64_t end = deadline_in(END_MS);
	int living = 0, err = 0;

	while (c->overdue.passed && err == 0) {
		living = find_descendants(&c->overdue.descendants);
		if (living <= 0)
			break;
		err = signal_descendants(&c->overdue.descendants, SIGKILL);
		if (err == 0 && deadline_left(end) == 0)
			err = -ETIMEDOUT;
		nanosleep(&(struct timespec){ .tv_nsec = PAUSE_NS }, NULL);
	}
	free_descendants(&c->overdue.descendants);
	return living < 0 ? living : err;
}
