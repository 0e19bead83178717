#include <errno.h>
#include <string.h>
#include <sys/personality.h>

#include "init/steps.gen.h"
#include "shared/linux.h"

enum { MAX_CPUS = 8192, MAX_NODE_WORDS = 16 };

/* The kernel takes of the mask what the cpuset allows, and refuses one of which nothing is left. */
int do_affinity(struct init *c, const struct affinity_args *a)
{
	uint8_t mask[MAX_CPUS / 8] = { 0 };

	(void)c;
	if (a->cpus.size > sizeof(mask))
		return -E2BIG;
	if (a->cpus.size == 0)
		memset(mask, 0xff, sizeof(mask));
	else
		memcpy(mask, a->cpus.bytes, a->cpus.size);
	return SYS(SYS_sched_setaffinity, 0, sizeof(mask), mask);
}

int do_personality(struct init *c, const struct personality_args *a)
{
	(void)c;
	return personality(a->domain) < 0 ? -errno : 0;
}

/* set_mempolicy(2): maxnode counts one bit more than it reads. */
int do_memory_policy(struct init *c, const struct memory_policy_args *a)
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
