#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "linux.h"
#include "tree.h"

enum { MAX_DEPTH = 64 };

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

static int copy_file(int from, int to, const char *name, const struct stat *st)
{
	int in = openat(from, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC), out, err;

	if (in < 0)
		return -errno;
	out = openat(to, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	err = out < 0 ? -errno : copy_data(in, out);
	if (err == 0 && (fchown(out, st->st_uid, st->st_gid) < 0 || fchmod(out, st->st_mode & 07777) < 0))
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

static int copy_below(int from, int to, int depth);

static int copy_folder(int from, int to, const char *name, int depth)
{
	int in = openat(from, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), out = -1, err = 0;

	if (in < 0)
		return -errno;
	if (mkdirat(to, name, 0700) < 0 || (out = openat(to, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)) < 0)
		err = -errno;
	if (err == 0)
		err = copy_below(in, out, depth + 1);
	if (out >= 0)
		close(out);
	close(in);
	return err;
}

static int copy_entry(int from, int to, const char *name, int depth)
{
	struct stat st;

	if (fstatat(from, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : -errno;
	switch (st.st_mode & S_IFMT) {
	case S_IFDIR:
		return copy_folder(from, to, name, depth);
	case S_IFREG:
		return copy_file(from, to, name, &st);
	case S_IFLNK:
		return copy_link(from, to, name, &st);
	default:
		return mknodat(to, name, st.st_mode, st.st_rdev) < 0 || fchownat(to, name, st.st_uid, st.st_gid, AT_SYMLINK_NOFOLLOW) < 0
			       ? -errno : 0;
	}
}

/* getdents by itself: readdir(3) allocates. */
static int copy_below(int from, int to, int depth)
{
	_Alignas(8) char entries[2048];
	struct stat st;
	int err = depth == MAX_DEPTH ? -ELOOP : 0;
	long n = 0;

	while (err == 0 && (n = syscall(SYS_getdents64, from, entries, sizeof(entries))) > 0) {
		for (long at = 0; at < n && err == 0;) {
			const struct dirent *entry = (const struct dirent *)(const void *)(entries + at);

			if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
				err = copy_entry(from, to, entry->d_name, depth);
			at += entry->d_reclen;
		}
	}
	if (err == 0 && n < 0)
		err = -errno;
	if (err == 0 && (fstat(from, &st) < 0 || fchown(to, st.st_uid, st.st_gid) < 0 || fchmod(to, st.st_mode & 07777) < 0))
		err = -errno;
	return err;
}

int copy_tree(int from, int to)
{
	int in = openat(from, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), out = openat(to, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int err = in < 0 || out < 0 ? -errno : copy_below(in, out, 0);

	if (in >= 0)
		close(in);
	if (out >= 0)
		close(out);
	return err;
}
