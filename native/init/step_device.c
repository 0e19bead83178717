#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "init/bind.h"
#include "init/mounts.h"
#include "init/root.h"
#include "init/slots.h"
#include "init/steps.gen.h"
#include "shared/fd.h"
#include "shared/linux.h"

static dev_t number_of(uint64_t device)
{
	return makedev((unsigned int)(device >> 32), (unsigned int)device);
}

/* A node that was there already must be the one that is asked for; a new one gets its owner. */
static int settle_node(int dir, const char *name, const struct device_args *a, bool made)
{
	cleanup_close int fd = openat(dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0 || (st.st_mode & S_IFMT) != a->type || (a->type != S_IFIFO && st.st_rdev != number_of(a->device)))
		return -EEXIST;
	return made && fchownat(fd, "", a->uid, a->gid, AT_EMPTY_PATH) < 0 ? -errno : 0;
}

int do_device(struct init *c, const struct device_args *a)
{
	const char *name;
	cleanup_close int dir = open_parent(c, a->path, &name);
	bool made;

	if (dir < 0)
		return dir;
	made = mknodat(dir, name, a->type | a->mode, number_of(a->device)) == 0;
	if (!made && errno != EEXIST)
		return -errno;
	return made && a->uid == 0 && a->gid == 0 ? 0 : settle_node(dir, name, a, made);
}

static const char node[] = "node";

/* A file system of the host's user namespace: devices in it can be opened, even by a process that could not make them. */
static int private_tmpfs(void)
{
	cleanup_close int fs = SYS(SYS_fsopen, "tmpfs", FSOPEN_CLOEXEC_);
	int err = fs < 0 ? fs : SYS(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE_, NULL, NULL, 0);

	return err < 0 ? err : SYS(SYS_fsmount, fs, FSMOUNT_CLOEXEC_, MOUNT_ATTR_NOSUID_ | MOUNT_ATTR_NOEXEC_);
}

static int clone_node(int folder)
{
	return SYS(SYS_open_tree, folder, node, OPEN_TREE_CLONE_ | OPEN_TREE_CLOEXEC_ | AT_SYMLINK_NOFOLLOW);
}

/* Our mounts are the host's. What is attached in a copy of them is seen by nobody. */
static int clone_in_copy(int folder, int number)
{
	cleanup_close int root = -1, tree = -EIO;

	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return -errno;
	root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root >= 0 && attach(folder, root) == 0)
		tree = clone_node(folder);
	if (tree < 0)
		return tree;
	return dup3(tree, number, O_CLOEXEC) < 0 ? -errno : 0;
}

/* Before Linux 6.15 only what is attached can be cloned. The child has our descriptors, and mounts of its own. */
static int clone_attached(int folder)
{
	struct clone_args_ args = { .flags = CLONE_FILES };
	cleanup_close int number = fcntl(folder, F_DUPFD_CLOEXEC, 0);
	int status = 0, pid;

	if (number < 0)
		return -errno;
	pid = SYS(SYS_clone3, &args, sizeof(args));
	if (pid == 0)
		_exit(-clone_in_copy(folder, number));
	if (pid > 0 && waitpid(pid, &status, __WALL) == pid && status == 0)
		return steal_fd(&number);
	return pid < 0 ? pid : WIFEXITED(status) ? -WEXITSTATUS(status) : -ECHILD;
}

int do_device_source(struct init *c, const struct device_source_args *a)
{
	cleanup_close int folder = private_tmpfs();
	int fd;

	if (folder < 0)
		return folder;
	if (mknodat(folder, node, a->type | a->mode, number_of(a->device)) < 0 || fchownat(folder, node, a->uid, a->gid, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	fd = clone_node(folder);
	if (fd == -EINVAL)
		fd = clone_attached(folder);
	return fd < 0 ? fd : slot_put(c, a->slot, fd);
}

/* The host may have another device at that path, or a file. */
int do_device_bind(struct init *c, const struct device_bind_args *a)
{
	struct bind_args bind = { .slot = a->slot, .target = a->path };
	int fd = slot_fd(c, a->slot);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return fd < 0 ? fd : -errno;
	if ((st.st_mode & S_IFMT) != a->type || st.st_rdev != number_of(a->device))
		return -ENODEV;
	return bind_slot(c, &bind);
}
