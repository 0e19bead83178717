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
	int fd, err, fields = 20;
	ssize_t n;

	proc_path(path, pid, "stat");
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = read(fd, text, sizeof(text) - 1);
	err = n < 0 ? -errno : -ESRCH;
	close(fd);
	if (n <= 0)
		return err;
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
	int pidfd = SYS(SYS_pidfd_open, pid, 0);
	uint64_t when;

	if (pidfd < 0)
		return pidfd;
	if (start_time(pid, &when) == 0 && when == started)
		return pidfd;
	close(pidfd);
	return -ESRCH;
}
