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
#include "init/mounts.h"
#include "init/root.h"
#include "init/slots.h"
#include "init/steps.gen.h"
#include "init/target.h"
#include "shared/linux.h"

int do_propagation(struct init *c, const struct propagation_args *a)
{
	(void)c;
	return mount(NULL, "/", NULL, a->flags, NULL) < 0 ? -errno : 0;
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
	here = open_target(c, a->target, a->no_symlinks, MAKE_NOTHING);
	err = here < 0 ? here : set_attributes(here, false, 0, 0, a->propagation);
	if (here >= 0)
		close(here);
	return err;
}

int do_mount(struct init *c, const struct mount_args *a)
{
	int before = open_target(c, a->target, a->no_symlinks, MAKE_NOTHING), target = before, fd, err;

	if (before == -ENOENT || before == -ENOTDIR || before == -EACCES)
		target = make_in_root(c, a->target, MAKE_DIR, !a->no_symlinks);
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

int do_bind(struct init *c, const struct bind_args *a)
{
	return bind_slot(c, a);
}

/* What the mount would have had on its root holds for all that the clone shows. */
int do_mount_or_bind(struct init *c, const struct mount_or_bind_args *a)
{
	struct mount_args mount = {
		.fs = a->fs, .source = a->source, .target = a->target, .attrs = a->attrs,
		.options = a->options, .propagation = a->propagation, .no_symlinks = a->no_symlinks,
	};
	struct bind_args bind = {
		.slot = a->slot, .target = a->target, .recursive_set = a->attrs,
		.propagation = a->propagation, .no_symlinks = a->no_symlinks,
	};
	int err = do_mount(c, &mount), clone;

	if (err == -EPERM) {
		c->common.detail[0] = 0;
		return bind_slot(c, &bind);
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
