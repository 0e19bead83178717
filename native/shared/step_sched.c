#include <errno.h>
#include <string.h>
#include <sys/personality.h>

#include "shared/linux.h"
#include "wire/steps.gen.h"

/* sched_setattr(2), as it was at first: SCHED_ATTR_SIZE_VER0. */
struct sched_attributes {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period;
};

enum { MAX_CPUS = 8192, IOPRIO_WHO_PROCESS = 1, MAX_NODE_WORDS = 16 };

/* The process whose turn it is to be changed: the init, by its own hand (0) or by the parent's. */
static int target(const struct context *c)
{
	return c->hand == PARENT ? c->pid : 0;
}

/* The kernel takes of the mask what the cpuset allows. */
int do_affinity(struct context *c)
{
	uint8_t all[MAX_CPUS / 8];

	memset(all, 0xff, sizeof(all));
	return SYS(SYS_sched_setaffinity, target(c), sizeof(all), all);
}

int do_scheduler(struct context *c, const struct scheduler_args *a)
{
	struct sched_attributes attributes = {
		.size = sizeof(attributes), .policy = a->policy, .flags = a->flags, .nice = (int32_t)a->nice,
		.priority = a->priority, .runtime = a->runtime, .deadline = a->deadline, .period = a->period,
	};

	return SYS(SYS_sched_setattr, target(c), &attributes, 0);
}

int do_io_priority(struct context *c, const struct io_priority_args *a)
{
	return SYS(SYS_ioprio_set, IOPRIO_WHO_PROCESS, target(c), a->value);
}

int do_personality(struct context *c, const struct personality_args *a)
{
	(void)c;
	return personality(a->domain) < 0 ? -errno : 0;
}

/* set_mempolicy(2): maxnode counts one bit more than it reads. */
int do_memory_policy(struct context *c, const struct memory_policy_args *a)
{
	unsigned long mask[MAX_NODE_WORDS] = { 0 };
	const size_t bits = 8 * sizeof(*mask);

	(void)c;
	if (a->nodes.size > sizeof(mask))
		return -E2BIG;
	for (uint32_t i = 0; i < a->nodes.size; i++)
		mask[i / sizeof(*mask)] |= (unsigned long)a->nodes.bytes[i] << 8 * (i % sizeof(*mask));
	return a->nodes.size == 0 ? SYS(SYS_set_mempolicy, (int)a->mode, NULL, 0)
				  : SYS(SYS_set_mempolicy, (int)a->mode, mask, MAX_NODE_WORDS * bits + 1);
}
