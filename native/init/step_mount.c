#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "init/bind.h"
#include "init/copy_tree.h"
#include "init/long_mount.h"
#include "init/mounts.h"
#include "init/root.h"
#include "init/slots.h"
#include "init/steps.gen.h"
#include "init/target.h"
#include "init/undo_mounts.h"
#include "shared/fd.h"
#include "shared/linux.h"

int do_propagation(struct init *c, const struct propagation_args *a)
{
	(void)c;
	return mount(NULL, "/", NULL, a->flags, NULL) < 0 ? -errno : 0;
}

enum { MODE_SIZE = 16 };

/* An option: the mode of the folder that is covered; empty without one. */
static void mode_of(int covered, char option[MODE_SIZE])
{
	struct stat st;

	option[0] = 0;
	if (covered < 0 || fstat(covered, &st) < 0)
		return;
	memcpy(option, "mode=0", sizeof("mode=0"));
	for (int i = 0; i < 4; i++)
		option[6 + i] = (char)('0' + ((st.st_mode & 07777) >> (9 - 3 * i) & 7));
	option[10] = 0;
}

static int make_mount(struct init *c, const struct mount_args *a, const char *mode)
{
	cleanup_close int fs = SYS(SYS_fsopen, a->fs, FSOPEN_CLOEXEC_);
	int err = 0, fd = -1;
	const char *option = NULL;

	if (fs < 0)
		return fs;
	if (a->source[0] != 0)
		err = SYS(SYS_fsconfig, fs, FSCONFIG_SET_STRING_, "source", a->source, 0);
	if (err == 0 && mode[0] != 0)
		err = configure(fs, mode);
	for (uint32_t i = 0; i < a->options.count && err == 0; i++) {
		option = a->options.all[i];
		err = configure(fs, option);
	}
	if (err == 0) {
		option = NULL;
		err = SYS(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE_, NULL, NULL, 0);
	}
	if (err == 0)
		fd = SYS(SYS_fsmount, fs, FSMOUNT_CLOEXEC_, a->copyup ? a->attrs & ~(uint64_t)MOUNT_ATTR_RDONLY_ : a->attrs);
	if (err < 0)
		read_log(c, fs, option);
	return err < 0 ? err : fd;
}

/* Its mode the file system has already, of the folder or of an option; the owner of the folder, too, where no option says one. */
static int copy_up(struct init *c, const struct mount_args *a, int target, int fd)
{
	struct stat st;
	int err = is_kernels(target);

	if (err > 0) { /* its files are read with rights that nobody inside has */
		detail(&c->common, "a file system of the kernel is not copied");
		return -EPERM;
	}
	if (err == 0)
		err = copy_tree(c, target, fd);
	if (err < 0 || fstat(target, &st) < 0)
		return err < 0 ? err : -errno;
	for (uint32_t i = 0; i < a->options.count; i++) {
		if (strncmp(a->options.all[i], "uid=", 4) == 0)
			st.st_uid = (uid_t)-1;
		if (strncmp(a->options.all[i], "gid=", 4) == 0)
			st.st_gid = (gid_t)-1;
	}
	return fchownat(fd, "", st.st_uid, st.st_gid, AT_EMPTY_PATH) < 0 ? -errno : 0;
}

int do_mount(struct init *c, const struct mount_args *a)
{
	int before = open_target(c, a->target, a->no_symlinks, MAKE_NOTHING), err;
	bool missing = before == -ENOENT || before == -ENOTDIR || before == -EACCES;
	cleanup_close int target = missing ? make_in_root(c, a->target, MAKE_DIR, !a->no_symlinks) : before, fd = -1;

	char mode[MODE_SIZE];

	if (target < 0)
		return target;
	mode_of(a->cover ? before : -1, mode);
	if (!a->copyup && has_long_value(a)) {
		err = refuse_proc(c, target, -1, false);
		return err < 0 ? err : mount_long(c, a, target, mode);
	}
	fd = make_mount(c, a, mode);
	err = fd < 0 ? fd : refuse_proc(c, target, fd, false);
	if (err == 0 && a->copyup)
		err = copy_up(c, a, target, fd);
	if (err == 0 && a->copyup)
		err = set_attributes(fd, false, a->attrs & MOUNT_ATTR_RDONLY_, 0, 0);
	if (err == 0)
		err = keep_mount(c, fd);
	if (err == 0)
		err = attach(fd, target);
	if (err == 0)
		err = set_attributes(fd, false, 0, 0, a->propagation);
	return err;
}

int do_bind(struct init *c, const struct bind_args *a)
{
	return bind_slot(c, a);
}

/* The flags that the mount would have had on its root apply to everything below the clone. */
int do_mount_or_bind(struct init *c, const struct mount_or_bind_args *a)
{
	struct mount_args mount = {
		.fs = a->fs,
		.source = a->source,
		.target = a->target,
		.attrs = a->attrs,
		.options = a->options,
		.propagation = a->propagation,
		.no_symlinks = a->no_symlinks,
	};
	struct bind_args bind = {
		.slot = a->slot,
		.target = a->target,
		.recursive_set = a->attrs,
		.propagation = a->propagation,
		.no_symlinks = a->no_symlinks,
	};
	cleanup_close int clone = -1;
	int err = do_mount(c, &mount);

	if (err == -EPERM) {
		c->common.detail[0] = 0;
		return bind_slot(c, &bind);
	}
	clone = slot_take(c, a->slot);
	return err;
}

int do_remount(struct init *c, const struct remount_args *a)
{
	bool root = strcmp(a->target, "/") == 0;
	cleanup_close int fd = root ? fcntl(c->root_fd, F_DUPFD_CLOEXEC, 0) : open_in_root(c, a->target, MAKE_NOTHING);
	int err = fd < 0 ? fd : set_attributes(fd, a->recursive, a->set, a->clear, 0);

	return err < 0 ? err : set_attributes(fd, false, 0, 0, a->propagation);
}
