#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "init/links.h"
#include "init/mounts.h"
#include "init/root.h"
#include "init/slots.h"
#include "init/steps.gen.h"
#include "shared/fd.h"
#include "shared/linux.h"

int do_mkdir(struct init *c, const struct mkdir_args *a)
{
	const char *name;
	cleanup_close int dir = open_parent(c, a->path, &name);

	if (dir < 0)
		return dir;
	return mkdirat(dir, name, a->mode) < 0 && errno != EEXIST ? -errno : 0;
}

int do_symlink(struct init *c, const struct symlink_args *a)
{
	const char *name;
	cleanup_close int dir = open_parent(c, a->path, &name);
	int err;

	if (dir < 0)
		return dir;
	err = symlinkat(a->target, dir, name) < 0 ? -errno : 0;
	if (err == -EEXIST && !a->replace)
		err = 0;
	/* Containers that share an image may do this at the same time: what one has just removed, another makes again. */
	for (int tries = 0; err == -EEXIST && tries < 100; tries++) {
		if (leads_to(dir, name, a->target))
			err = 0;
		else if (unlinkat(dir, name, 0) < 0 && errno != ENOENT)
			err = -errno;
		else
			err = symlinkat(a->target, dir, name) < 0 ? -errno : 0;
	}
	return err;
}

int do_root_propagation(struct init *c, const struct root_propagation_args *a)
{
	return set_attributes(c->root_fd, false, 0, 0, a->flags);
}

/* What the image lacks needs no protection; anything else than its absence is an error. */
static int target_of(struct init *c, const char *path)
{
	int fd = open_in_root(c, path, MAKE_NOTHING);

	return fd == -ENOTDIR ? -ENOENT : fd;
}

int do_readonly(struct init *c, const struct readonly_args *a)
{
	cleanup_close int target = target_of(c, a->path), tree = -1;
	int err;

	if (target < 0)
		return target == -ENOENT ? 0 : target;
	tree = SYS(SYS_open_tree, target, "", AT_EMPTY_PATH_ | AT_RECURSIVE_ | OPEN_TREE_CLONE_ | OPEN_TREE_CLOEXEC_);
	err = tree < 0 ? tree : set_attributes(tree, true, MOUNT_ATTR_RDONLY_, 0, 0);
	return err < 0 ? err : attach(tree, target);
}

/* The first mask attaches the mount itself, later ones a clone of it: a clone can be taken only of what is attached. */
static int mask_with(int mount_fd, bool *attached, int target)
{
	cleanup_close int tree = -1;

	if (!*attached) {
		*attached = true;
		return attach(mount_fd, target);
	}
	tree = SYS(SYS_open_tree, mount_fd, "", AT_EMPTY_PATH_ | OPEN_TREE_CLONE_ | OPEN_TREE_CLOEXEC_);
	return tree < 0 ? tree : attach(tree, target);
}

/* One tmpfs of one block and one inode, read-only, for all folders. */
static int make_mask(const char *label)
{
	static const char *const options[][2] = { { "nr_blocks", "1" }, { "nr_inodes", "1" }, { "mode", "755" } };
	cleanup_close int fs = SYS(SYS_fsopen, "tmpfs", FSOPEN_CLOEXEC_);
	int err = fs < 0 ? fs : 0;

	for (int i = 0; i < 3 && err == 0; i++)
		err = SYS(SYS_fsconfig, fs, FSCONFIG_SET_STRING_, options[i][0], options[i][1], 0);
	if (err == 0 && *label != 0)
		err = configure(fs, label);
	if (err == 0)
		err = SYS(SYS_fsconfig, fs, FSCONFIG_SET_FLAG_, "ro", NULL, 0);
	if (err == 0)
		err = SYS(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE_, NULL, NULL, 0);
	if (err < 0)
		return err;
	return SYS(SYS_fsmount, fs, FSMOUNT_CLOEXEC_, MOUNT_ATTR_RDONLY_ | MOUNT_ATTR_NOSUID_ | MOUNT_ATTR_NODEV_ | MOUNT_ATTR_NOEXEC_);
}

static int mask_folder(struct init *c, const char *label, int target)
{
	if (c->mask_fd < 0)
		c->mask_fd = make_mask(label);
	return c->mask_fd < 0 ? c->mask_fd : mask_with(c->mask_fd, &c->mask_used, target);
}

/*
 * The source is the host's own /dev/null, cloned before the image was touched: an image cannot put another in its place.
 * Read-only, as its mode and owner could be changed through the mask; a device can be written to all the same.
 */
static int mask_file(struct init *c, uint32_t slot, int target)
{
	int fd = slot_fd(c, slot);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return fd < 0 ? fd : -errno;
	if (!S_ISCHR(st.st_mode) || st.st_rdev != DEV_NULL)
		return -ENODEV;
	if (!c->null_used) {
		int err = set_attributes(fd, false, MOUNT_ATTR_RDONLY_ | MOUNT_ATTR_NOSUID_ | MOUNT_ATTR_NOEXEC_, 0, 0);

		if (err < 0)
			return err;
	}
	return mask_with(fd, &c->null_used, target);
}

int do_mask(struct init *c, const struct mask_args *a)
{
	cleanup_close int target = target_of(c, a->path);
	struct stat st;

	if (target < 0)
		return target == -ENOENT ? 0 : target;
	if (fstat(target, &st) < 0)
		return -errno;
	return S_ISDIR(st.st_mode) ? mask_folder(c, a->label, target) : mask_file(c, a->slot, target);
}
