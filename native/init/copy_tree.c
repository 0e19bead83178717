#include "init/copy_tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/param.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "init/open_files.h"
#include "shared/fd.h"
#include "shared/linux.h"

enum { MAX_LEVELS = PATH_MAX, SPECIAL_MODES = S_ISUID | S_ISGID };

struct copy {
	struct init *c;
	int level;
	_Alignas(8) char entries[2048]; /* of the folder that is read */
};

static int copy_data(int from, int to)
{
	char part[16384];

	for (;;) {
		ssize_t n = read(from, part, sizeof(part));
		int err = n < 0 ? -errno : write_all(to, part, (size_t)n);

		if (n <= 0 || err < 0)
			return err;
	}
}

/* Owner and mode are set last on a folder, as its mode may forbid to write into it. */
static int settle(int to, const struct stat *st)
{
	return fchown(to, st->st_uid, st->st_gid) < 0 || fchmod(to, st->st_mode & 07777) < 0 ? -errno : 0;
}

/*
 * Whether the mount on which a file lies has this flag; -errno: a copy is not what its mount does not let the file be. Each file is asked about
 * for itself, as anything below a folder may be a mount of its own.
 */
static int mount_has(int fd, unsigned long flag)
{
	struct statfs fs;

	return fstatfs(fd, &fs) < 0 ? -errno : ((unsigned long)fs.f_flags & flag) != 0;
}

/* Each level of the tree holds two descriptors, so more of them may be needed at any place. */
static int open_one(struct init *c, int dir, const char *name, int flags)
{
	int fd = SYS(SYS_openat, dir, name, flags | O_NOFOLLOW | O_CLOEXEC, 0600);

	return more_files(c, fd) ? SYS(SYS_openat, dir, name, flags | O_NOFOLLOW | O_CLOEXEC, 0600) : fd;
}

static int copy_file(struct copy *copy, int from, int to, const char *name)
{
	cleanup_close int in = open_one(copy->c, from, name, O_RDONLY | O_NONBLOCK | O_NOCTTY), out = -1;
	struct stat st;
	int err;

	if (in < 0)
		return in;
	if (fstat(in, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -ESTALE; /* somebody has put another thing there */
	out = open_one(copy->c, to, name, O_WRONLY | O_CREAT | O_EXCL);
	if (out < 0)
		return out;
	err = copy_data(in, out);
	if (err == 0 && st.st_mode & SPECIAL_MODES) {
		int without = mount_has(in, ST_NOSUID);

		err = MIN(without, 0);
		st.st_mode &= without > 0 ? ~(mode_t)SPECIAL_MODES : ~(mode_t)0;
	}
	return err < 0 ? err : settle(out, &st);
}

static int copy_link(int from, int to, const char *name, const struct stat *st)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(from, name, target, sizeof(target) - 1);

	if (n < 0)
		return -errno;
	target[n] = 0;
	return symlinkat(target, to, name) < 0 || fchownat(to, name, st->st_uid, st->st_gid, AT_SYMLINK_NOFOLLOW) < 0 ? -errno : 0;
}

static int copy_node(int to, const char *name, const struct stat *st)
{
	if (mknodat(to, name, st->st_mode, st->st_rdev) < 0)
		return -errno;
	return fchownat(to, name, st->st_uid, st->st_gid, AT_SYMLINK_NOFOLLOW) < 0 ? -errno : 0;
}

static int copy_device(struct copy *copy, int from, int to, const char *name)
{
	cleanup_close int device = open_one(copy->c, from, name, O_PATH);
	int none = device < 0 ? device : mount_has(device, ST_NODEV);
	struct stat st;

	if (none != 0)
		return MIN(none, 0);
	return fstat(device, &st) < 0 ? -errno : S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode) ? copy_node(to, name, &st) : -ESTALE;
}

static __attribute__((noinline)) int copy_leaf(struct copy *copy, int from, int to, const char *name, const struct stat *st)
{
	switch (st->st_mode & S_IFMT) {
	case S_IFREG: return copy_file(copy, from, to, name);
	case S_IFLNK: return copy_link(from, to, name, st);
	case S_IFCHR:
	case S_IFBLK: return copy_device(copy, from, to, name);
	default: return copy_node(to, name, st);
	}
}

/* 1 for a folder, which is left to the caller. */
static __attribute__((noinline)) int copy_entry(struct copy *copy, int from, int to, const char *name)
{
	struct stat st;

	if (fstatat(from, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : -errno;
	return S_ISDIR(st.st_mode) ? 1 : copy_leaf(copy, from, to, name, &st);
}

static int copy_below(struct copy *copy, int from, int to);

static int copy_folder(struct copy *copy, int from, int to, const char *name)
{
	cleanup_close int in = open_one(copy->c, from, name, O_RDONLY | O_DIRECTORY);
	cleanup_close int out = in < 0 ? in : mkdirat(to, name, 0700) < 0 ? -errno : open_one(copy->c, to, name, O_RDONLY | O_DIRECTORY);
	int err;

	if (out < 0)
		return out;
	if (copy->level == MAX_LEVELS) {
		detail(&copy->c->common, "a folder to be copied is deeper than any path");
		return -ENAMETOOLONG;
	}
	copy->level++;
	err = copy_below(copy, in, out);
	copy->level--;
	return err;
}

/*
 * The entries of one part of a folder, up to the first folder among them: that is copied, and `from` goes on behind it. So all levels
 * share one buffer, and a level costs two descriptors and little stack. 1: there is more.
 */
static int copy_part(struct copy *copy, int from, int to)
{
	long n = SYS(SYS_getdents64, from, copy->entries, sizeof(copy->entries)); /* readdir(3) allocates */
	int err = 0;

	for (long at = 0; at < n && err == 0;) {
		const struct dirent *entry = (const struct dirent *)(const void *)(copy->entries + at);
		const off_t next = entry->d_off;

		at += entry->d_reclen;
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		err = copy_entry(copy, from, to, entry->d_name);
		if (err != 1)
			continue;
		err = copy_folder(copy, from, to, entry->d_name);
		return err < 0 ? err : lseek(from, next, SEEK_SET) < 0 ? -errno : 1;
	}
	return err < 0 ? err : n < 0 ? (int)n : n > 0;
}

static __attribute__((noinline)) int settle_folder(int from, int to)
{
	struct stat st;

	return fstat(from, &st) < 0 ? -errno : settle(to, &st);
}

static int copy_below(struct copy *copy, int from, int to)
{
	int more;

	do
		more = copy_part(copy, from, to);
	while (more == 1);
	/* The topmost folder is the root of a mount: its options have said what it is like. */
	return more < 0 ? more : copy->level == 0 ? 0 : settle_folder(from, to);
}

int copy_tree(struct init *c, int from, int to)
{
	cleanup_close int in = open_one(c, from, ".", O_RDONLY | O_DIRECTORY), out = open_one(c, to, ".", O_RDONLY | O_DIRECTORY);
	bool raised = c->common.files.rlim_max != 0;
	struct copy copy = { .c = c };
	int err = in < 0 ? in : out < 0 ? out : 0, usual;

	if (err == 0)
		err = copy_below(&copy, in, out);
	usual = raised ? 0 : usual_files(c);
	return err < 0 ? err : usual;
}
