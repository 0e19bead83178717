#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "parent/files.h"
#include "parent/functions.h"
#include "shared/fd.h"

/* What somebody gives on the command line, on a pipe too. O_NONBLOCK: open(2) of a fifo would wait for its writer, and hear no signal. */

int32_t native_input(const char *path, int32_t limit, struct blob *out)
{
	const bool is_stdin = strcmp(path, "-") == 0;
	cleanup_close int opened = is_stdin ? -1 : open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	int fd = is_stdin ? 0 : opened, err;
	struct blob b = { 0 };

	if (fd < 0)
		return -errno;
	err = read_to_end(fd, &default_cancel, 0, limit < 0 ? 0 : (size_t)limit, &b);
	if (err < 0)
		free(b.data);
	else
		*out = b;
	return err;
}
