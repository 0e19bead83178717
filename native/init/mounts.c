#include "init/mounts.h"

#include <errno.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "shared/fd.h"
#include "shared/linux.h"

static bool is_folder(int fd)
{
	struct stat st;

	return fstatat(fd, "", &st, AT_EMPTY_PATH_) == 0 && S_ISDIR(st.st_mode);
}

/*
 * A folder can be mounted only on a folder, and anything else only on what is no folder. move_mount(2) answers EINVAL in both cases; this
 * gives the errno of mount(2).
 */
int attach(int tree, int target)
{
	int err = SYS(SYS_move_mount, tree, "", target, "", MOVE_MOUNT_F_EMPTY_PATH_ | MOVE_MOUNT_T_EMPTY_PATH_);

	return err == -EINVAL && is_folder(tree) != is_folder(target) ? -ENOTDIR : err;
}

/* MS_REC is a bit of the propagation for mount(2). Here it becomes a flag of the call. */
int set_attributes(int fd, bool recursive, uint64_t set, uint64_t clear, uint64_t propagation)
{
	struct mount_attr_ attr = { set, clear, propagation & ~(uint64_t)MS_REC, 0 };
	unsigned int flags = AT_EMPTY_PATH_ | (recursive || propagation & MS_REC ? AT_RECURSIVE_ : 0);

	if ((set & MOUNT_ATTR_ATIME_) != 0) /* atime modes are a number, not bits: the whole field is replaced */
		attr.attr_clr |= MOUNT_ATTR_ATIME_;
	if (attr.attr_set == 0 && attr.attr_clr == 0 && attr.propagation == 0)
		return 0;
	return SYS(SYS_mount_setattr, fd, "", flags, &attr, sizeof(attr));
}

int configure(int fs, const char *option)
{
	char name[256];
	const char *equals = strchr(option, '=');
	size_t size = equals == NULL ? strlen(option) : (size_t)(equals - option);

	if (size >= sizeof(name))
		return -ENAMETOOLONG;
	memcpy(name, option, size);
	name[size] = 0;
	return equals == NULL ? SYS(SYS_fsconfig, fs, FSCONFIG_SET_FLAG_, name, NULL, 0)
			      : SYS(SYS_fsconfig, fs, FSCONFIG_SET_STRING_, name, equals + 1, 0);
}

/*
 * This procfs is detached, and nobody else sees it: nothing that an image or a volume puts at /proc can take its place (CVE-2025-52881). It
 * shows the pid namespace that it is made in.
 */
int private_procfs(void)
{
	cleanup_close int fs = SYS(SYS_fsopen, "proc", FSOPEN_CLOEXEC_);
	int err = fs < 0 ? fs : SYS(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE_, NULL, NULL, 0);

	return err < 0 ? err : SYS(SYS_fsmount, fs, FSMOUNT_CLOEXEC_, MOUNT_ATTR_NOSUID_ | MOUNT_ATTR_NODEV_ | MOUNT_ATTR_NOEXEC_);
}

void read_log(struct init *c, int fs, const char *option)
{
	char log[DETAIL_SIZE];
	ssize_t n = read(fs, log, sizeof(log) - 1);

	if (n > 0 && log[n - 1] == '\n')
		n--;
	if (n > 2)
		detail_bytes(&c->common, log + 2, (size_t)n - 2);
	else if (option != NULL)
		detail(&c->common, option);
}
