#include "parent/notify.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "parent/parent.h"
#include "parent/socket.h"
#include "shared/fd.h"
#include "shared/process.h"

enum { MESSAGE_SIZE = 4096, QUEUE_MS = 2000, BARRIER_MS = 30000 };

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

/* Its queue may be full: then there is room again soon, or it is stuck. */
static int tell_manager(struct parent *c, const char *text)
{
	struct pollfd p = { .fd = c->manager, .events = POLLOUT };

	while (send(c->manager, text, strlen(text), MSG_NOSIGNAL) < 0) {
		if (errno != EAGAIN && errno != EINTR)
			return -errno;
		if (poll(&p, 1, QUEUE_MS) == 0)
			return -ETIMEDOUT;
	}
	return 0;
}

bool take_notification(struct parent *c, pid_t main)
{
	char text[MESSAGE_SIZE + 1], pid[40];
	ssize_t size = recv(c->notify, text, MESSAGE_SIZE, MSG_DONTWAIT);
	int err;

	text[size < 0 ? 0 : size] = 0;
	if (size < 0 ? errno == EAGAIN || errno == EINTR : !says_ready(text))
		return false;
	err = size < 0 ? -errno : 0;
	close_fd(&c->notify);
	c->notify = -1;
	if (err == 0)
		err = tell_manager(c, "READY=1\n");
	snprintf(pid, sizeof(pid), "MAINPID=%d\n", main);
	if (err == 0)
		err = tell_manager(c, pid);
	if (err < 0)
		add_note(c, c->notify_index, err, "");
	return err == 0;
}

/* The manager closes the descriptor that comes with the message; a receiver that knows no barriers closes it with the message. */
int await_manager(struct parent *c)
{
	static const char barrier[] = "BARRIER=1";
	int ends[2], err;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	err = send_in_time(&c->common, c->manager, ends[1], barrier, sizeof(barrier) - 1);
	close_fd(&ends[1]);
	if (err == 0)
		err = wait_readable(ends[0], c->common.cancel, deadline_in(BARRIER_MS));
	close_fd(&ends[0]);
	if (err >= 0 || err == -ECANCELED)
		return err < 0 ? err : 0;
	add_note(c, c->notify_index, err, "");
	return 0;
}
