#include "parent/notify.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "parent/parent.h"
#include "shared/fd.h"
#include "shared/process.h"
#include "shared/send_fd.h"

enum { MESSAGE_SIZE = 4096, BARRIER_MS = 30000 };

static bool says_ready(const char *text)
{
	static const char ready[] = "READY=1";

	for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, ready, sizeof(ready) - 1) == 0 && (line[sizeof(ready) - 1] == '\n' || line[sizeof(ready) - 1] == 0))
			return true;
	}
	return false;
}

static int tell_manager(struct parent *c, const char *text)
{
	return send(c->manager, text, strlen(text), MSG_NOSIGNAL) < 0 ? -errno : 0;
}

int take_notification(struct parent *c, pid_t main)
{
	char text[MESSAGE_SIZE + 1], pid[40];
	ssize_t size = recv(c->notify, text, MESSAGE_SIZE, MSG_DONTWAIT);
	int err;

	if (size < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	text[size] = 0;
	if (!says_ready(text))
		return 0;
	close_fd(&c->notify);
	c->notify = -1;
	err = tell_manager(c, "READY=1\n");
	snprintf(pid, sizeof(pid), "MAINPID=%d\n", main);
	return err < 0 ? err : tell_manager(c, pid);
}

/* The manager closes the descriptor that comes with the message; a receiver that knows no barriers closes it with the message. */
int await_manager(struct parent *c)
{
	static const char barrier[] = "BARRIER=1";
	int ends[2], err;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	err = send_fd(c->manager, ends[1], barrier, sizeof(barrier) - 1);
	close_fd(&ends[1]);
	if (err == 0)
		err = wait_readable(ends[0], c->common.cancel, deadline_in(BARRIER_MS));
	close_fd(&ends[0]);
	return err < 0 ? err : 0;
}
