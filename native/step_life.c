#include <errno.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

#include "execute.h"
#include "linux.h"
#include "message.h"
#include "parent.h"
#include "process.h"
#include "steps.gen.h"

int connect_start(struct context *c, const char *name);

/*
 * The init waits for a connection and a GO on it; from then on the connection is its socket: what fails until execve is said
 * on it, and its end is execve's success.
 */
int do_start(struct context *c, const struct start_args *a)
{
	struct message m;
	int n;

	c->sock = connect_start(c, a->name);
	if (c->sock < 0) {
		n = c->sock;
		c->sock = -1;
		return n;
	}
	n = send_message(c, GO, 0);
	while (n == 0) {
		n = wait_readable(c->sock, c->cancel, -1);
		n = n < 0 ? n : receive_message(c->sock, &m);
		if (n <= 0)
			break;
		c->started = m.kind == FAILED;
		n = heed(c, &m);
	}
	close(c->sock);
	c->sock = -1;
	return n;
}

static void pass_on(struct context *c)
{
	unsigned int sig = take_signal(c->cancel);

	if (sig != 0)
		SYS(SYS_pidfd_send_signal, c->pidfd, sig, NULL, 0);
}

int do_reap(struct context *c)
{
	/* delete and kill may work on the container from now on. */
	c->unlocked = c->dir >= 0;
	if (c->unlocked)
		flock(c->dir, LOCK_UN);
	for (;;) {
		int ready = wait_either(c->pidfd, c->cancel, -1);

		if (ready < 0)
			return ready;
		if (ready & 2)
			pass_on(c);
		if (ready & 1)
			break;
	}
	c->exit_status = reap_child(c->pid);
	return c->exit_status < 0 ? c->exit_status : 0;
}

int do_unwind(struct context *c)
{
	int err = c->unlocked ? lock_again(c) : 0;

	c->ended = true;
	if (err < 0)
		return err == -ENOENT ? 0 : err;	/* another command has removed it, and has run its hooks */
	c->unlocked = false;
	return undo_all(c, c->place);
}

/* What it means is in interpret(). */
int do_beside(struct context *c)
{
	(void)c;
	return 0;
}
