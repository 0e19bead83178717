#include "parent/value.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int write_value(const char *path, const char *value, size_t size)
{
	int fd = open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC), err = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, value, size) < 0)
		err = -errno;
	close(fd);
	return err;
}

ssize_t read_value(const char *path, char *out, size_t size)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = read(fd, out, size - 1);
	if (n < 0)
		n = -errno;
	close(fd);
	if (n >= 0)
		out[n] = 0;
	return n;
}
