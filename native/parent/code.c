#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "parent/files.h"
#include "parent/functions.h"
#include "shared/fd.h"

/* A program file says what is done: whoever may write to it may do all that we may. */

/* With an access list the bits of the group are the most that it grants to anybody (acl(5)). */
static bool is_shut(const struct stat *st)
{
	return (st->st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

static bool is_trusted(const struct stat *st)
{
	return st->st_uid == 0 || st->st_uid == geteuid();
}

/* In a sticky folder nobody can remove or rename files of others, but for its owner. */
static int32_t open_folder(const char *path, size_t size)
{
	char folder[PATH_MAX];
	cleanup_close int fd = -1;
	struct stat st;

	if (size >= sizeof(folder))
		return -ENAMETOOLONG;
	memcpy(folder, path, size);
	folder[size] = 0;
	fd = open(size > 0 ? folder : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) == 0 && is_trusted(&st) && (is_shut(&st) || st.st_mode & S_ISVTX))
		return steal_fd(&fd);
	return -EPERM;
}

int32_t native_code(const char *path, int32_t limit, struct blob *out)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	cleanup_close int folder = open_folder(path, (size_t)(name - path)), fd = -1;
	struct stat st;

	if (folder < 0)
		return folder;
	fd = open_regular(folder, name, O_NOFOLLOW, &st);
	if (fd < 0)
		return fd;
	if (!is_shut(&st) || !is_trusted(&st))
		return -EPERM;
	return read_regular(fd, &st, limit, out);
}
