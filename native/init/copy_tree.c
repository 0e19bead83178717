#include "init/copy_tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "init/open_files.h"
#include "shared/linux.h"

/* What the mount of the image does not let its files be, `nosuid` and `nodev`, copies of them are not, either. */
static struct {
	bool devices;
	mode_t mode;
} withheld;

static void withhold(int from)
{
	struct statfs fs;
	unsigned long flags = fstatfs(from, &fs) < 0 ? ST_NOSUID | ST_NODEV : (unsigned long)fs.f_flags;

	withheld.devices = flags & ST_NODEV;
	withheld.mode = flags & ST_NOSUID ? S_ISUID | S_ISGID : 0;
}

static int copy_data(int from, int to)
{
	char part[16384];

	for (;;) {
		ssize_t n = read(from, part, sizeof(part));

		if (n <= 0)
			return n < 0 ? -errno : 0;
		for (ssize_t done = 0; done < n;) {
			ssize_t m = write(to, part + done, (size_t)(n - done));

			if (m < 0)
				return -errno;
			done += m;
		}
	}
}

static int copy_file(int from, int to, const char *name)
{
	struct stat st;
	int in = openat(from, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC), out = -1, err;

	if (in < 0)
		return -errno;
	err = fstat(in, &st) < 0 ? -errno : S_ISREG(st.st_mode) ? 0 : -ESTALE;	/* somebody has put another thing there */
	if (err == 0) {
		out = openat(to, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		err = out < 0 ? -errno : copy_data(in, out);
	}
	if (err == 0 && (fchown(out, st.st_uid, st.st_gid) < 0 || fchmod(out, st.st_mode & 07777 & ~withheld.mode) < 0))
		err = -errno;
	if (out >= 0)
		close(out);
	close(in);
	return err;
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

static __attribute__((noinline)) int copy_leaf(int from, int to, const char *name, const struct stat *st)
{
	switch (st->st_mode & S_IFMT) {
	case S_IFREG:
		return copy_file(from, to, name);
	case S_IFLNK:
		return copy_link(from, to, name, st);
	default:
		if (withheld.devices && (S_ISCHR(st->st_mode) || S_ISBLK(st->st_mode)))
			return 0;
		return mknodat(to, name, st->st_mode, st->st_rdev) < 0 || fchownat(to, name, st->st_uid, st->st_gid, AT_SYMLINK_NOFOLLOW) < 0
			       ? -errno : 0;
	}
}

/* 1 for a folder, which is left to the caller. */
static __attribute__((noinline)) int copy_entry(int from, int to, const char *name)
{
	struct stat st;

	if (fstatat(from, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : -errno;
	return S_ISDIR(st.st_mode) ? 1 : copy_leaf(from, to, name, &st);
}

static int open_folder(struct init *c, int dir, const char *name)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	int fd = SYS(SYS_openat, dir, name, flags);

	return more_files(c, fd) ? SYS(SYS_openat, dir, name, flags) : fd;
}

/* The last act on a folder: its mode may forbid to write into it. */
static __attribute__((noinline)) int settle(int from, int to)
{
	struct stat st;

	return fstat(from, &st) < 0 || fchown(to, st.st_uid, st.st_gid) < 0 || fchmod(to, st.st_mode & 07777) < 0 ? -errno : 0;
}

static int copy_below(struct init *c, int from, int to);

static int copy_folder(struct init *c, int from, int to, const char *name)
{
	int in = open_folder(c, from, name), out = in < 0 || mkdirat(to, name, 0700) == 0 ? in : -errno, err;

	if (in >= 0 && out >= 0)
		out = open_folder(c, to, name);
	err = out < 0 ? out : copy_below(c, in, out);
	if (out >= 0)
		close(out);
	if (in >= 0)
		close(in);
	return err;
}

/*
 * The entries of one part of a folder, up to the first folder among them: that is copied, and `from` goes on behind it. So all levels
 * share one buffer, and a level costs two descriptors and little stack, whatever the depth. 1: there is more.
 */
static int copy_part(struct init *c, int from, int to)
{
	static _Alignas(8) char entries[2048];
	long n = SYS(SYS_getdents64, from, entries, sizeof(entries));	/* readdir(3) allocates */
	int err = 0;

	for (long at = 0; at < n && err == 0;) {
		const struct dirent *entry = (const struct dirent *)(const void *)(entries + at);
		const off_t next = entry->d_off;

		at += entry->d_reclen;
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		err = copy_entry(from, to, entry->d_name);
		if (err != 1)
			continue;
		err = copy_folder(c, from, to, entry->d_name);
		return err < 0 ? err : lseek(from, next, SEEK_SET) < 0 ? -errno : 1;
	}
	return err < 0 ? err : n < 0 ? (int)n : n > 0;
}

static int copy_below(struct init *c, int from, int to)
{
	int more;

	do
		more = copy_part(c, from, to);
	while (more == 1);
	return more < 0 ? more : settle(from, to);
}

int copy_tree(struct init *c, int from, int to)
{
	int in = openat(from, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), out = openat(to, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool raised = c->files.rlim_max != 0;
	int err = in < 0 || out < 0 ? -errno : 0, usual;

	if (err == 0) {
		withhold(in);
		err = copy_below(c, in, out);
	}
	if (in >= 0)
		close(in);
	if (out >= 0)
		close(out);
	usual = raised ? 0 : usual_files(c);
	return err < 0 ? err : usual;
}
