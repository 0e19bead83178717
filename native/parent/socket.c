#include "parent/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/param.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "shared/fd.h"
#include "shared/process.h"
#include "shared/send_fd.h"

enum { CONNECT_MS = 10000, SEND_MS = 10000, PAUSE_MS = 20 };

/* A queue that is full answers EAGAIN, and nothing says when there is room in it again. */
int connect_in_time(struct common *c, int fd, const struct sockaddr_un *address)
{
	int64_t end = deadline_in(CONNECT_MS);

	while (connect(fd, (const struct sockaddr *)address, sizeof(*address)) < 0) {
		int err = errno == EAGAIN || errno == EINTR ? wait_readable(-1, c->cancel, deadline_in(PAUSE_MS)) : -errno;

		if (err < 0)
			return err;
		if (deadline_left(end) == 0)
			return -ETIMEDOUT;
	}
	return 0;
}

/* The path is opened, not connected to: an address holds 107 bytes. */
int connect_to(struct common *c, const char *path)
{
	cleanup_close int named = open(path, O_PATH | O_CLOEXEC);
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct stat st;
	int fd, err;

	if (named < 0 || fstat(named, &st) < 0)
		return -errno;
	if (!S_ISSOCK(st.st_mode))
		return -ENOTSOCK;
	snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d", named);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	err = connect_in_time(c, fd, &address);
	if (err == 0 && fcntl(fd, F_SETFL, 0) < 0)
		err = -errno;
	if (err < 0)
		close_fd(&fd);
	return err < 0 ? err : fd;
}

int send_in_time(struct common *c, int sock, int fd, const void *bytes, size_t size)
{
	int64_t end = deadline_in(SEND_MS);
	const char *rest = bytes;

	for (;;) {
		ssize_t n = send_fd(sock, fd, rest, size, MSG_DONTWAIT);
		int ready;

		if (n == (ssize_t)size || (n < 0 && n != -EAGAIN))
			return (int)MIN(n, 0);
		if (n > 0) {
			rest += n;
			size -= (size_t)n;
			fd = -1; /* it went with the first byte */
		}
		ready = wait_writable(sock, c->cancel, end);
		if (ready <= 0)
			return ready < 0 ? ready : -ETIMEDOUT;
	}
}
