#include "parent/value.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "shared/fd.h"

int write_value(const char *path, const char *value, size_t size)
{
	cleanup_close int fd = open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);

	return fd < 0 || write(fd, value, size) < 0 ? -errno : 0;
}

ssize_t read_value(const char *path, char *out, size_t size)
{
	cleanup_close int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, out, size - 1);

	if (n < 0)
		return -errno;
	out[n] = 0;
	return n;
}
