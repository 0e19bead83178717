#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "shared/fd.h"
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
	if (fd < 0)
		return -errno;
	n = read(fd, text, sizeof(text) - 1);
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

const char *now(char out[40])
{
	struct timespec ts;
	struct tm tm;

	clock_gettime(CLOCK_REALTIME, &ts);
	gmtime_r(&ts.tv_sec, &tm);
	if (strftime(out, 40, "%Y-%m-%dT%H:%M:%S", &tm) != 19)
		return NULL;
	snprintf(out + 19, 21, ".%09ldZ", ts.tv_nsec);
	return out;
}
