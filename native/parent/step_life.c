#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

#include "parent/child.h"
#include "parent/execute.h"
#include "parent/deadline.h"
#include "parent/notify.h"
#include "parent/relay.h"
#include "parent/state.h"
#include "parent/steps.gen.h"
#include "parent/turn.h"
#include "shared/fd.h"
#include "shared/linux.h"
#include "shared/process.h"
#include "shared/string_buffer.h"
#include "wire/interpret.h"
#include "wire/message.h"

enum { MOST_TRIES = 100, STATUS_LATE = 124 /* as timeout(1) has it */ };

static int connected(struct parent *c, const char *name)
{
	int err = connect_start(c, name);

	c->common.sock = err < 0 ? -1 : err;
	return err < 0 ? err : send_message(&c->common, GO, 0);
}

/* What the init says until its socket closes: 0 at its end, -errno. */
static int listen_to_end(struct parent *c)
{
	struct message m;

	for (;;) {
		int n = wait_readable(c->common.sock, c->common.cancel, -1);

		n = n < 0 ? n : receive_message(c->common.sock, &m);
		if (n <= 0)
			return n;
		c->started = m.kind == FAILED;
		n = handle_message(c, &m);
		if (n < 0)
			return n;
	}
}

/* Whose init waits under another user cannot be asked. */
static void find_image(struct parent *c, pid_t pid)
{
	char path[64];
	struct stat st;

	proc_path(path, pid, "exe");
	if (stat(path, &st) < 0)
		return;
	c->image_dev = st.st_dev;
	c->image_ino = st.st_ino;
}

static int died(struct parent *c)
{
	c->started = c->filter_index != 0;
	if (c->started)
		c->common.index = c->filter_index;
	set_reason(c, c->started ? INIT_DIED : INIT_KILLED_EARLY);
	return -ESRCH;
}

/*
 * The init waits for a connection and a GO on it; from then on the connection is its socket: what fails until execve is said on it, and
 * its end, after READY, is execve's success. Without READY it has been killed, or it has dropped the connection: it does not wait
 * long for the GO of a command that was stopped meanwhile. Then it still listens.
 */
int do_start(struct parent *c, const struct start_args *a)
{
	cleanup_close int pidfd = open_process((pid_t)a->pid, a->start_time);
	int err = -EPIPE;

	if (pidfd < 0)
		return pidfd == -ESRCH ? died(c) : pidfd;
	find_image(c, (pid_t)a->pid);
	for (int tries = 0; err == -EPIPE && tries < MOST_TRIES; tries++) {
		err = connected(c, a->name);
		if (err == 0)
			err = listen_to_end(c);
		else if (tries > 0 && (err == -ECONNREFUSED || err == -ENOENT))
			err = died(c); /* it listens no more */
		else if (err == -ETIMEDOUT)
			detail(&c->common, "the init takes no connection: is it stopped?");
		close_fd(&c->common.sock); /* an init that still waits for a word on it takes the next connection */
		c->common.sock = -1;
		if (err == 0 && !has_executed(c, (pid_t)a->pid))
			err = c->filter_index != 0 ? died(c) : -EPIPE;
	}
	return err;
}

/*
 * Keys of a terminal are signals for all in its foreground (termios(3), ISIG): a process in our process group, as one of unshare or enter, has got
 * its own. A shell that waits for us sees the stop of both only if we stop, too.
 */
static void pass_on(struct parent *c)
{
	bool kernel;
	unsigned int sig = take_signal_from(c->common.cancel, &kernel);

	if (sig == 0)
		return;
	if (!kernel || getpgid(c->common.pid) != getpgrp())
		SYS(SYS_pidfd_send_signal, c->pidfd, sig, NULL, 0);
	else if (sig == SIGTSTP || sig == SIGTTIN || sig == SIGTTOU)
		raise(SIGSTOP);
}

enum { ENDED = 1, SIGNALLED = 2, NOTIFIED = 4 };

/* What comes next: a set of the above, 0 at the deadline, -errno. */
static int wait_for_news(struct parent *c)
{
	struct pollfd p[] = {
		{ .fd = c->pidfd, .events = POLLIN },
		{ .fd = c->common.cancel, .events = POLLIN },
		{ .fd = c->notify, .events = POLLIN },
	};
	int n;

	do
		n = poll(p, sizeof(p) / sizeof(*p), deadline_left(c->overdue.deadline));
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : (p[0].revents ? ENDED : 0) | (p[1].revents ? SIGNALLED : 0) | (p[2].revents ? NOTIFIED : 0);
}

int do_reap(struct parent *c)
{
	int err;

	/* delete and kill may work on the container from now on. */
	c->unlocked = c->dir >= 0;
	if (c->unlocked)
		flock(c->dir, LOCK_UN);
	if (c->master >= 0 && (err = relay_to_end(c)) < 0)
		return err;
	for (;;) {
		int news = wait_for_news(c);

		err = news == 0 ? deadline_passed(c) : news < 0 ? news : 0;
		if (err < 0)
			return err;
		if (news & NOTIFIED)
			take_notification(c, getpid()); /* the manager has started this command, which stays */
		if (news & SIGNALLED)
			pass_on(c);
		if (news & ENDED)
			break;
	}
	err = end_descendants(c);
	c->exit_status = reap_child(c->common.pid);
	if (c->exit_status < 0)
		return c->exit_status;
	if (c->overdue.passed)
		c->exit_status = STATUS_LATE;
	return err;
}

/* The last step. What it asks for is done when the program has ended: in ocits_execute(). */
int do_unwind(struct parent *c)
{
	int err = c->unlocked ? lock_state(c) : 0;

	c->ended = true;
	if (err < 0)
		return err == -ENOENT ? 0 : err; /* another command has removed it, and has run its hooks */
	c->unlocked = false;
	c->unwind = true;
	return 0;
}

/* What it means is in kill_init(). */
int do_patient(struct parent *c)
{
	c->patient = true;
	return 0;
}

/* What it means is in interpret(). */
int do_concurrent(struct parent *c)
{
	(void)c;
	return 0;
}

/* That the turn was passed on says it: interpret() has waited for the init, which waits for us. */
int do_alive(struct parent *c)
{
	(void)c;
	return 0;
}

/* As above: the turn comes back when the socket of the init closes, by execve. */
int do_executed(struct parent *c)
{
	(void)c;
	return 0;
}
