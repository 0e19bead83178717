#include "target.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

/* The init is not tested here. */
const unsigned char ocits_init_start[1], ocits_init_end[1];

uint8_t *exact_copy(const uint8_t *bytes, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);

	if (!copy)
		abort();
	if (size)
		memcpy(copy, bytes, size);
	return copy;
}

int as_file(const uint8_t *bytes, size_t size)
{
	static int fd = -1;

	if (fd < 0)
		fd = memfd_create("input", 0);
	if (ftruncate(fd, 0) < 0 || pwrite(fd, bytes, size, 0) != (ssize_t)size || lseek(fd, 0, SEEK_SET) != 0)
		abort();
	return fd;
}

/* Datagrams begin with their size, a u16; a stream is sent at once. The part that does not fit into the buffer is left out. */
int as_socket(const uint8_t *bytes, size_t size, int type)
{
	int ends[2];

	if (socketpair(AF_UNIX, type, 0, ends) < 0)
		abort();
	if (type == SOCK_STREAM && size > 0)
		send(ends[1], bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL);
	for (size_t at = 0; type != SOCK_STREAM && at + 2 <= size;) {
		size_t one = (size_t)(bytes[at] | bytes[at + 1] << 8);

		one = one > size - at - 2 ? size - at - 2 : one;
		send(ends[1], bytes + at + 2, one, MSG_DONTWAIT | MSG_NOSIGNAL);
		at += 2 + one;
	}
	shutdown(ends[1], SHUT_WR);
	close(ends[1]);
	return ends[0];
}
