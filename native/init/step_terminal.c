#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/param.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "init/mounts.h"
#include "init/root.h"
#include "init/steps.gen.h"
#include "init/target.h"
#include "shared/fd.h"
#include "shared/linux.h"
#include "shared/send_fd.h"
#include "wire/message.h"

enum { PTMX_INODE = 2 }; /* in every devpts (fs/devpts/inode.c) */

/*
 * The folder is looked at before anything in it is opened: in a devpts only the kernel makes entries, so no image has put something else under
 * the name (CVE-2025-52565), and nothing is opened that waits, as a FIFO would.
 */
static int open_master(struct init *c)
{
	cleanup_close int folder = open_in_root(c, "/dev/pts", MAKE_NOTHING);
	struct open_how_ how = { O_RDWR | O_NOCTTY | O_CLOEXEC, 0, RESOLVE_BENEATH_ | RESOLVE_NO_SYMLINKS_ | RESOLVE_NO_XDEV_ };
	struct statfs fs;
	struct stat st;
	cleanup_close int fd = -1;

	if (folder < 0)
		return folder;
	if (fstatfs(folder, &fs) < 0)
		return -errno;
	if (fs.f_type != DEVPTS_MAGIC)
		return -ENODEV;
	fd = SYS(SYS_openat2, folder, "ptmx", &how, sizeof(how));
	if (fd < 0 || fstat(fd, &st) < 0)
		return fd < 0 ? fd : -errno;
	return S_ISCHR(st.st_mode) && st.st_rdev == makedev(5, 2) && st.st_ino == PTMX_INODE ? steal_fd(&fd) : -ENODEV;
}

/* The other end comes from the kernel, not from a name that is looked up: TIOCGPTPEER, ioctl_tty(2). */
static int open_slave(int master)
{
	int locked = 0, fd;

	if (ioctl(master, TIOCSPTLCK, &locked) < 0)
		return -errno;
	fd = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* Its group stays that of the devpts, which programs that write to the terminals of others have (tty, 5). */
static int set_up(int master, int slave, const struct terminal_args *a)
{
	struct winsize size = { .ws_row = (unsigned short)a->rows, .ws_col = (unsigned short)a->columns };

	if ((a->rows != 0 || a->columns != 0) && ioctl(master, TIOCSWINSZ, &size) < 0)
		return -errno;
	return fchown(slave, a->uid, (gid_t)-1) < 0 ? -errno : 0;
}

/* A link that the image has there leads nowhere. */
static int bind_console(struct init *c, int slave)
{
	cleanup_close int target = open_last(c, "/dev/console", MAKE_FILE), tree = -1;
	struct stat st;
	int err;

	if (target < 0 || fstat(target, &st) < 0)
		return target < 0 ? target : -errno;
	if (S_ISLNK(st.st_mode))
		return -ELOOP;
	tree = SYS(SYS_open_tree, slave, "", OPEN_TREE_CLONE_ | OPEN_TREE_CLOEXEC_ | AT_EMPTY_PATH_);
	err = tree < 0 ? tree : refuse_proc(c, target, tree, false);
	return err < 0 ? err : attach(tree, target);
}

/* The init leads a session that has no terminal yet: `setsid` came before. */
static int become_terminal(int slave)
{
	if (ioctl(slave, TIOCSCTTY, 0) < 0)
		return -errno;
	for (int fd = 0; fd < 3; fd++)
		if (dup3(slave, fd, 0) < 0)
			return -errno;
	return 0;
}

static int hand_over(struct init *c, int master)
{
	int number, err;

	if (ioctl(master, (int)TIOCGPTN, &number) < 0)
		return -errno;
	err = send_message(&c->common, TERMINAL, number);
	return err < 0 ? err : (int)MIN(send_fd(c->common.sock, master, "", 1, 0), 0);
}

int do_terminal(struct init *c, const struct terminal_args *a)
{
	cleanup_close int master = open_master(c), slave = -1;
	int err;

	if (master < 0)
		return master;
	slave = open_slave(master);
	err = slave < 0 ? slave : set_up(master, slave, a);
	if (err == 0 && a->console) {
		err = bind_console(c, slave);
		if (err < 0)
			detail(&c->common, "/dev/console");
	}
	if (err == 0)
		err = become_terminal(slave);
	return err < 0 ? err : hand_over(c, master);
}
