#include "init/target.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "init/root.h"
#include "shared/linux.h"

enum { PROC_ROOT_INODE = 1 };

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
int refuse_proc(struct init *c, int target, int tree, bool allowed)
{
	int proc = is_proc(target);

	if (proc <= 0 || (proc == 2 && is_proc(tree) == 2) || (proc == 1 && allowed))
		return proc < 0 ? proc : 0;
	detail(&c->common, proc == 2 ? "only a proc may be mounted over /proc" : "it is inside /proc");
	return -EPERM;
}

int open_target(struct init *c, const char *path, bool no_symlinks, enum make make)
{
	int fd = no_symlinks ? open_no_symlinks(c, path, make) : open_in_root(c, path, make);

	if (fd == -ELOOP && no_symlinks)
		detail(&c->common, "must be mounted on ordinary directory");
	return fd;
}
