#include <errno.h>
#include <stdio.h>
#include <sys/random.h>
#include <unistd.h>

#include "parent.h"
#include "remove.h"
#include "steps.gen.h"

/*
 * Renamed first, so that the id is free at once and a command that is killed here leaves a name that any later delete finishes
 * (`.del-<id>-<random>`), never half a container.
 */
int do_remove_state(struct context *c)
{
	char name[NAME_MAX + 1];
	uint32_t random;
	int err = state_dir(c);

	if (err < 0)
		return err == -ENOENT ? 0 : err;
	if (!state_is_ours(c))
		return 0;
	if (getrandom(&random, sizeof(random), 0) < 0)
		return -errno;
	snprintf(name, sizeof(name), ".del-%.200s-%08x", c->id, random);
	return renameat(c->state_root, c->id, c->state_root, name) < 0 ? -errno : remove_tree(c->state_root, name);
}

int undo_claim(struct context *c, const struct claim_args *a)
{
	(void)a;
	return do_remove_state(c);
}
