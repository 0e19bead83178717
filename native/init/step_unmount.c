#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "init/root.h"
#include "init/slots.h"
#include "init/steps.gen.h"
#include "init/undo_mounts.h"
#include "shared/fd.h"
#include "shared/linux.h"

/* It stays open inside, where nobody can look into this process: it is undumpable, and its memory belongs to the host's user namespace. */
int do_hold_procfs(struct init *c)
{
	struct statfs fs;

	c->held_proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (c->held_proc < 0 || fstatfs(c->held_proc, &fs) < 0)
		return -errno;
	if (fs.f_type != PROC_MAGIC)
		return -ENODEV;
	return faccessat(c->held_proc, "self/fd", F_OK, 0) < 0 ? -errno : 0;
}

/* What is mounted somewhere is the root of its mount. */
static int refuse_unmounted(struct init *c, int fd)
{
	struct statx_ here;
	int err = SYS(SYS_statx, fd, "", AT_EMPTY_PATH_, STATX_MNT_ID_, &here);

	if (err < 0 || (here.attributes & STATX_ATTR_MOUNT_ROOT_) != 0)
		return err;
	detail(&c->common, "nothing is mounted there");
	return -EINVAL;
}

/*
 * No link is followed: a container that runs can put one in the way of what was mounted, and would so have another mount removed, as one that hides
 * something from it.
 */
int do_mounted(struct init *c, const struct mounted_args *a)
{
	cleanup_close int fd = open_no_symlinks(c, a->target, MAKE_NOTHING);
	int err = fd < 0 ? fd : refuse_unmounted(c, fd);

	return err < 0 ? err : slot_put(c, a->slot, steal_fd(&fd));
}

/* EINVAL: it was there, and has gone with a mount that was removed before. */
int do_detach(struct init *c, const struct detach_args *a)
{
	cleanup_close int fd = slot_take(c, a->slot);
	int err = fd < 0 ? fd : unmount_at(c, fd);

	return err == -EINVAL ? 0 : err;
}
