#include "shared/fd.h"

#include <errno.h>
#include <unistd.h>

void close_fd(const int *fd)
{
	int kept = errno;

	if (*fd >= 0)
		close(*fd);
	errno = kept;
}
