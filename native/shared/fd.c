#include "shared/fd.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

void close_fd(const int *fd)
{
	int kept = errno;

	if (*fd >= 0)
		close(*fd);
	errno = kept;
}

int write_all(int fd, const void *bytes, size_t size)
{
	const char *at = bytes;

	while (size > 0) {
		ssize_t n = write(fd, at, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		at += n;
		size -= (size_t)n;
	}
	return 0;
}

int make_folder(const char *path, mode_t mode)
{
	int err;

	if (mkdir(path, mode) < 0)
		return -errno;
	if (chmod(path, mode) == 0)
		return 0;
	err = -errno;
	rmdir(path);
	return err;
}
