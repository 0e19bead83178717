#include <errno.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/random.h>
#include <unistd.h>

#include "parent/remove.h"
#include "parent/state.h"
#include "parent/steps.gen.h"

/*
 * `net_keep` mounts the network of a container on a file of its folder. Where no record could be read, nobody has unmounted it, and a file with a
 * mount cannot be removed.
 */
static bool let_network_go(const struct parent *c)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d/network", c->dir);
	return umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW) == 0;
}

/*
 * The folder is renamed first, so that the id is free at once. If this command is killed here, it leaves a name that any later delete finishes
 * (`.del-<id>-<random>`), and never half a container.
 */
int do_remove_state(struct parent *c)
{
	char name[NAME_MAX + 1];
	uint32_t random;
	int err = state_dir(c);

	if (err < 0)
		return err == -ENOENT ? 0 : err;
	err = state_is_ours(c);
	if (err <= 0)
		return err;
	if (getrandom(&random, sizeof(random), 0) < 0)
		return -errno;
	snprintf(name, sizeof(name), ".del-%.200s-%08x", c->common.id, random);
	if (renameat(c->state_root, c->common.id, c->state_root, name) < 0)
		return -errno;
	err = remove_tree(c->state_root, name);
	return err == -EBUSY && let_network_go(c) ? remove_tree(c->state_root, name) : err;
}

int undo_claim(struct parent *c, const struct claim_args *a)
{
	(void)a;
	return c->left ? 0 : do_remove_state(c);
}
