#include "shared/linux.h"
#include "shared/steps.gen.h"

/* sched_setattr(2), as it was at first: SCHED_ATTR_SIZE_VER0. */
struct sched_attributes {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period;
};

enum { IOPRIO_WHO_PROCESS = 1 };

/* The process that is changed is the init: 0 for the init itself, its pid for the parent. */
static int target(const struct common *c)
{
	return c->process->actor == PARENT ? c->pid : 0;
}

int do_scheduler(struct common *c, const struct scheduler_args *a)
{
	struct sched_attributes attributes = {
		.size = sizeof(attributes),
		.policy = a->policy,
		.flags = a->flags,
		.nice = (int32_t)a->nice,
		.priority = a->priority,
		.runtime = a->runtime,
		.deadline = a->deadline,
		.period = a->period,
	};

	return SYS(SYS_sched_setattr, target(c), &attributes, 0);
}

int do_io_priority(struct common *c, const struct io_priority_args *a)
{
	return SYS(SYS_ioprio_set, IOPRIO_WHO_PROCESS, target(c), a->value);
}
