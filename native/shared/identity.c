#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/fd.h"
#include "shared/linux.h"
#include "shared/process.h"
#include "shared/string_buffer.h"

int start_time(pid_t pid, uint64_t *ticks)
{
	char path[64], text[1024], *at;
	cleanup_close int fd = -1;
	int fields = 20;
	ssize_t n;

	proc_path(path, pid, "stat");
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	if (n <= 0)
		return n < 0 ? -errno : -ESRCH;
	text[n] = 0;
	/* The name may hold anything, `)` too: the last one ends it. */
	at = strrchr(text, ')');
	while (at != NULL && fields-- > 0)
		at = strchr(at + 1, ' ');
	if (at == NULL)
		return -EBADMSG;
	*ticks = strtoull(at + 1, NULL, 10);
	return 0;
}

int open_process(pid_t pid, uint64_t started)
{
	cleanup_close int pidfd = SYS(SYS_pidfd_open, pid, 0);
	uint64_t when;

	if (pidfd < 0)
		return pidfd;
	return start_time(pid, &when) == 0 && when == started ? steal_fd(&pidfd) : -ESRCH;
}
