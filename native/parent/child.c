#include "parent/child.h"

#include <errno.h>
#include <signal.h>
#include <sys/param.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "parent/parent.h"
#include "shared/fd.h"
#include "shared/linux.h"
#include "shared/process.h"
#include "wire/message.h"

enum { KILL_WAIT_MS = 10000 };

/* Whoever has the init's socket may name any process: one that is not ours must get no signal of ours. */
static int check_child(int pidfd)
{
	siginfo_t info;

	return waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) < 0 ? -errno : 0;
}

int look_after(struct parent *c, pid_t pid)
{
	cleanup_close int pidfd = SYS(SYS_pidfd_open, pid, 0);
	int err = pidfd < 0 ? pidfd : check_child(pidfd);

	if (err < 0)
		return err;
	c->pidfd = steal_fd(&pidfd);
	c->common.pid = pid;
	return start_time(pid, &c->start_time);
}

int adopt(struct parent *c, pid_t pid)
{
	const int before = c->pidfd;
	pid_t parent = c->common.pid;
	int err = look_after(c, pid), reaped;

	if (c->pidfd == before)
		return err;
	close_fd(&before);
	reaped = reap_child(parent);
	return reaped < 0 ? reaped : err;
}

/* What an init that is dead has said last: the pid of the one that it forked, or 0 where there is none; -errno. */
static pid_t forked(struct parent *c, int64_t end)
{
	struct message m;
	int got = 1;

	while (c->common.sock >= 0 && got == 1) {
		got = wait_readable(c->common.sock, -1, end);
		if (got == 1)
			got = receive_message(c->common.sock, &m);
		if (got == 1 && m.kind == PID)
			return m.error;
	}
	return got < 0 ? got : 0;
}

static int kill_child(struct parent *c, int64_t end)
{
	int ready;

	SYS(SYS_pidfd_send_signal, c->pidfd, SIGKILL, NULL, 0);
	ready = wait_readable(c->pidfd, -1, end);
	return ready == 1 ? 0 : ready < 0 ? ready : -ETIMEDOUT;
}

/* It hears that nobody listens any more when it has done its last step, and ends when all is undone. */
static void let_undo(struct parent *c)
{
	if (c->common.sock >= 0)
		shutdown(c->common.sock, SHUT_RDWR);
	if (c->common.pid > 0 && c->exit_status < 0)
		wait_readable(c->pidfd, -1, deadline_in(KILL_WAIT_MS));
}

int kill_init(struct parent *c)
{
	int64_t end;
	int err = 0;
	pid_t next;

	if (c->patient)
		let_undo(c);
	end = deadline_in(KILL_WAIT_MS);
	if (c->common.sock >= 0)
		shutdown(c->common.sock, SHUT_WR); /* an init that waits for its turn ends at the end of this file */
	if (c->common.pid > 0 && c->exit_status < 0) {
		/* One that has forked may have been killed before its child was told of. */
		do
			err = kill_child(c, end);
		while (err == 0 && (next = forked(c, end)) > 0 && adopt(c, next) == 0);
		if (err == 0)
			c->exit_status = reap_child(c->common.pid);
		err = err < 0 ? err : MIN(c->exit_status, 0);
	}
	close_fd(&c->common.sock);
	c->common.sock = -1;
	return err;
}
