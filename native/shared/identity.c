#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/fd.h"
#include "shared/linux.h"
#include "shared/process.h"
#include "shared/string_buffer.h"

int read_stat(pid_t pid, char text[STAT_SIZE], char **state)
{
	char path[64];
	cleanup_close int fd = -1;
	ssize_t n;

	proc_path(path, pid, "stat");
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, text, STAT_SIZE - 1);
	if (n <= 0)
		return n < 0 ? -errno : -ESRCH;
	text[n] = 0;
	/* The name may hold anything, `)` too: the last one ends it. */
	*state = strrchr(text, ')');
	if (*state == NULL || (*state)[1] != ' ')
		return -EBADMSG;
	*state += 2;
	return 0;
}

int start_time(pid_t pid, uint64_t *ticks)
{
	char text[STAT_SIZE], *at;
	int err = read_stat(pid, text, &at);

	if (err < 0)
		return err;
	for (int field = 3; field < 22; field++) {
		at = strchr(at, ' ');
		if (at == NULL)
			return -EBADMSG;
		at++;
	}
	*ticks = strtoull(at, NULL, 10);
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
