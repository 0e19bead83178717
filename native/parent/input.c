#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "parent/functions.h"
#include "shared/process.h"

/* What somebody gives on the command line, on a pipe too. */

enum { CHUNK = 65536 };

int default_cancel = -1;

static int read_all(int fd, size_t limit, struct blob *b)
{
	size_t room = 0;

	for (;;) {
		ssize_t n;
		int ready = wait_readable(fd, default_cancel, -1);

		if (ready < 0)
			return ready;
		if (room - b->size < CHUNK) {
			uint8_t *more = realloc(b->data, room + CHUNK);

			if (more == NULL)
				return -ENOMEM;
			b->data = more;
			room += CHUNK;
		}
		n = read(fd, b->data + b->size, room - b->size);
		if (n == 0)
			return 0;
		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return -errno;
		if (n > 0)
			b->size += (size_t)n;
		if (b->size > limit)
			return -EFBIG;
	}
}

int32_t native_input(const char *path, int32_t limit, struct blob *out)
{
	bool is_stdin = strcmp(path, "-") == 0;
	int fd = is_stdin ? 0 : open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC), err;
	struct blob b = { 0 };

	if (fd < 0)
		return -errno;
	err = read_all(fd, limit < 0 ? 0 : (size_t)limit, &b);
	if (!is_stdin)
		close(fd);
	if (err < 0)
		free(b.data);
	else
		*out = b;
	return err;
}
