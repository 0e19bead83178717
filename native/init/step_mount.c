#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "shared/linux.h"
#include "init/root.h"
#include "init/steps.gen.h"
#include "init/tree.h"

enum { PROC_ROOT_INODE = 1 };

static bool is_folder(int fd)
{
	struct stat st;

	return fstatat(fd, "", &st, AT_EMPTY_PATH_) == 0 && S_ISDIR(st.st_mode);
}

/* A folder goes onto a folder, all else onto what is none: move_mount(2) has but EINVAL for that, mount(2) has a word. */
int attach(int tree, int target)
{
	int err = SYS(SYS_move_mount, tree, "", target, "", MOVE_MOUNT_F_EMPTY_PATH_ | MOVE_MOUNT_T_EMPTY_PATH_);

	if (err != -EINVAL || is_folder(tree) == is_folder(target))
		return err;
	return is_folder(tree) ? -ENOTDIR : -EISDIR;
}

/* MS_REC, as mount(2) counts it, is a flag of the call here. */
int set_attributes(int fd, bool recursive, uint64_t set, uint64_t clear, uint64_t propagation)
{
	struct mount_attr_ attr = { set, clear, propagation & ~(uint64_t)MS_REC, 0 };
	unsigned int flags = AT_EMPTY_PATH_ | (recursive || propagation & MS_REC ? AT_RECURSIVE_ : 0);

	if ((set & MOUNT_ATTR_ATIME_) != 0)	/* atime modes are a number, not bits: the whole field is replaced */
		attr.attr_clr |= MOUNT_ATTR_ATIME_;
	if (attr.attr_set == 0 && attr.attr_clr == 0 && attr.propagation == 0)
		return 0;
	return SYS(SYS_mount_setattr, fd, "", flags, &attr, sizeof(attr));
}

/* 1: a procfs; 2: its root; 0: none. */
static int is_proc(int fd)
{
	struct statfs fs;
	struct stat st;

	if (fstatfs(fd, &fs) < 0)
		return -errno;
	if (fs.f_type != PROC_MAGIC)
		return 0;
	return fstat(fd, &st) == 0 && st.st_ino == PROC_ROOT_INODE ? 2 : 1;
}

/*
 * A masked or overmounted /proc must not be reached by another name: whatever the path was, what it led to counts, and what is mounted
 * there. Only a whole procfs may go over another one's root (CVE-2019-19921): what else is there would be taken for the kernel's.
 */
static int refuse_proc(struct init *c, int target, int tree, bool allowed)
{
	int proc = is_proc(target);

	if (proc <= 0 || (proc == 2 && is_proc(tree) == 2) || (proc == 1 && allowed))
		return proc < 0 ? proc : 0;
	detail(&c->common, proc == 2 ? "only a proc may be mounted over /proc" : "it is inside /proc");
	return -EPERM;
}

static int open_target(struct init *c, const char *path, bool ordinary, enum make make)
{
	int fd = ordinary ? open_ordinary(c, path, make) : open_in_root(c, path, make);

	if (fd == -ELOOP && ordinary)
		detail(&c->common, "must be mounted on ordinary directory");
	return fd;
}

int do_propagation(struct init *c, const struct propagation_args *a)
{
	(void)c;
	return mount(NULL, "/", NULL, a->flags, NULL) < 0 ? -errno : 0;
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

/* fsopen(2): the context keeps a log of what was wrong with which option, "e tmpfs: Bad value for 'size'". */
static void read_log(struct init *c, int fs, const char *option)
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

static int make_mount(struct init *c, const struct mount_args *a, int covered)
{
	int fs = SYS(SYS_fsopen, a->fs, FSOPEN_CLOEXEC_), err = 0, fd = -1;
	const char *option = NULL;
	char mode[16] = "mode=0";
	struct stat st;

	if (fs < 0)
		return fs;
	if (a->source[0] != 0)
		err = SYS(SYS_fsconfig, fs, FSCONFIG_SET_STRING_, "source", a->source, 0);
	if (err == 0 && covered >= 0 && fstat(covered, &st) == 0) {
		for (int i = 0; i < 4; i++)
			mode[6 + i] = (char)('0' + ((st.st_mode & 07777) >> (9 - 3 * i) & 7));
		err = configure(fs, mode);
	}
	for (uint32_t i = 0; i < a->options.count && err == 0; i++) {
		option = a->options.all[i];
		err = configure(fs, option);
	}
	if (err == 0) {
		option = NULL;
		err = SYS(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE_, NULL, NULL, 0);
	}
	if (err == 0)
		fd = SYS(SYS_fsmount, fs, FSMOUNT_CLOEXEC_, a->attrs);
	if (err < 0)
		read_log(c, fs, option);
	close(fs);
	return err < 0 ? err : fd;
}

enum { VALUE_SIZE = 256, PAGE = 4096 };

static bool is_long(const struct mount_args *a)
{
	if (strlen(a->source) >= VALUE_SIZE)
		return true;
	for (uint32_t i = 0; i < a->options.count; i++) {
		const char *equals = strchr(a->options.all[i], '=');

		if (equals != NULL && strlen(equals + 1) >= VALUE_SIZE)
			return true;
	}
	return false;
}

/* The flags of mount(2) for those of mount_setattr(2); the first four are the same. */
static unsigned long flags_of(uint64_t attrs)
{
	return (attrs & (MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC)) | (attrs & 0x10 ? MS_NOATIME : 0) |
	       (attrs & 0x20 ? MS_STRICTATIME : 0) | (attrs & 0x80 ? MS_NODIRATIME : 0) | (attrs & 0x200000 ? 256 : 0);
}

/* The value of a label with a comma, `context=u:r:t:s0:c1,c2`: mount(2) would end it there but for quotes. */
static const char *unquoted(const char *option)
{
	const char *equals = strchr(option, '=');
	bool label = equals != NULL && equals - option >= 7 && memcmp(equals - 7, "context", 7) == 0;

	return label && equals[1] != '"' && strchr(equals, ',') != NULL ? equals + 1 : NULL;
}

/* fsconfig(2) takes values of 255 bytes, mount(2) a page for all: the lowerdir of an overlay. The init goes to the target, and names no path. */
static int mount_long(struct init *c, const struct mount_args *a, int target)
{
	int here = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC), err = 0;
	char data[PAGE];
	size_t used = 0;

	if (here < 0)
		return -errno;
	for (uint32_t i = 0; i < a->options.count && err == 0; i++) {
		const char *option = a->options.all[i], *value = unquoted(option);
		size_t size = strlen(option), name = value == NULL ? size : (size_t)(value - option);

		if (used + size + (value == NULL ? 1 : 3) > sizeof(data)) {
			err = -E2BIG;
			break;
		}
		memcpy(data + used, option, name);
		used += name;
		if (value != NULL) {
			data[used++] = '"';
			memcpy(data + used, value, size - name);
			used += size - name;
			data[used++] = '"';
		}
		data[used++] = ',';
	}
	if (err == 0) {
		data[used - 1] = 0;
		if (fchdir(target) < 0 || mount(a->source[0] != 0 ? a->source : "none", ".", a->fs, flags_of(a->attrs), data) < 0)
			err = -errno;
		if (fchdir(here) < 0 && err == 0)
			err = -errno;
	}
	close(here);
	if (err < 0 || a->propagation == 0)
		return err;
	here = open_target(c, a->target, a->ordinary, MAKE_NOTHING);
	err = here < 0 ? here : set_attributes(here, false, 0, 0, a->propagation);
	if (here >= 0)
		close(here);
	return err;
}

int do_mount(struct init *c, const struct mount_args *a)
{
	int before = open_target(c, a->target, a->ordinary, MAKE_NOTHING), target = before, fd, err;

	if (before == -ENOENT || before == -ENOTDIR || before == -EACCES)
		target = make_in_root(c, a->target, MAKE_DIR, !a->ordinary);
	if (target < 0)
		return target;
	if (!a->copyup && is_long(a)) {
		err = refuse_proc(c, target, -1, false);
		err = err < 0 ? err : mount_long(c, a, target);
		close(target);
		return err;
	}
	fd = make_mount(c, a, a->cover ? before : -1);
	err = fd < 0 ? fd : refuse_proc(c, target, fd, false);
	if (err == 0 && a->copyup)
		err = copy_tree(c, target, fd);
	if (err == 0)
		err = attach(fd, target);
	if (err == 0)
		err = set_attributes(fd, false, 0, 0, a->propagation);
	if (fd >= 0)
		close(fd);
	close(target);
	return err;
}

/* On EPERM a flag is locked by the namespace that the mount comes from: only what the config itself wants cleared must go. */
static int bind_attributes(int fd, const struct bind_args *a)
{
	int err = set_attributes(fd, false, a->set, a->clear, 0);

	if (err == -EPERM && a->clear != a->must_clear)
		err = set_attributes(fd, false, a->set, a->must_clear, 0);
	return err < 0 ? err : set_attributes(fd, true, a->recursive_set, a->recursive_clear, 0);
}

static int bind_tree(struct init *c, const struct bind_args *a, int fd)
{
	int target, err;
	struct stat st;
	enum make make;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (a->copy_symlink && S_ISLNK(st.st_mode))
		return copy_symlink(c, fd, a->target);
	make = S_ISDIR(st.st_mode) ? MAKE_DIR : MAKE_FILE;
	target = a->nofollow ? open_last(c, a->target, make) : open_target(c, a->target, a->ordinary, make);
	if (target < 0)
		return target;
	err = refuse_proc(c, target, fd, a->proc_file);
	if (err == 0)
		err = bind_attributes(fd, a);
	if (err == 0)
		err = attach(fd, target);
	if (err == 0)
		err = set_attributes(fd, false, 0, 0, a->propagation);
	close(target);
	return err;
}

int do_bind(struct init *c, const struct bind_args *a)
{
	int fd = slot_take(c, a->slot), err = fd < 0 ? fd : bind_tree(c, a, fd);

	if (fd >= 0)
		close(fd);
	return err;
}

/* What the mount would have had on its root holds for all that the clone shows. */
int do_mount_or_bind(struct init *c, const struct mount_or_bind_args *a)
{
	struct mount_args mount = {
		.fs = a->fs, .source = a->source, .target = a->target, .attrs = a->attrs,
		.options = a->options, .propagation = a->propagation, .ordinary = a->ordinary,
	};
	struct bind_args bind = {
		.slot = a->slot, .target = a->target, .recursive_set = a->attrs,
		.propagation = a->propagation, .ordinary = a->ordinary,
	};
	int err = do_mount(c, &mount), clone;

	if (err == -EPERM) {
		c->common.detail[0] = 0;
		return do_bind(c, &bind);
	}
	clone = slot_take(c, a->slot);
	if (clone >= 0)
		close(clone);
	return err;
}

int do_remount(struct init *c, const struct remount_args *a)
{
	int fd = strcmp(a->target, "/") == 0 ? fcntl(c->root_fd, F_DUPFD_CLOEXEC, 0) : open_in_root(c, a->target, MAKE_NOTHING), err;

	if (fd < 0)
		return fd;
	err = set_attributes(fd, a->recursive, a->set, a->clear, 0);
	if (err == 0)
		err = set_attributes(fd, false, 0, 0, a->propagation);
	close(fd);
	return err;
}
