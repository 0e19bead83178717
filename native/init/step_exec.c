#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "init/low_memory.h"
#include "init/steps.gen.h"
#include "shared/fd.h"
#include "shared/hook.h"
#include "shared/linux.h"
#include "shared/signals.h"
#include "wire/message.h"

/* A waiting container holds only its standard streams, the preserved descriptors, and the listener. */
static int settle(struct init *c)
{
	int last = (int)c->common.fd_count;

	if (c->listener != last && dup3(c->listener, last, O_CLOEXEC) < 0)
		return -errno;
	c->listener = last;
	c->common.sock = -1;
	return SYS(SYS_close_range, last + 1, ~0U, 0);
}

enum { WORD_WAIT_MS = 100, SHORT_PAUSE_NS = 20000000 };

/* The machine lacks something for the moment, or somebody has lowered a limit of ours. */
static bool comes_back(int err)
{
	const struct timespec pause = { 0, SHORT_PAUSE_NS };

	if (err != -ENFILE && err != -EMFILE && err != -ENOMEM && err != -ENOBUFS)
		return false;
	nanosleep(&pause, NULL);
	return true;
}

static bool says_something(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, WORD_WAIT_MS) > 0;
}

/*
 * `start` connects and sends GO. A connection that closes without a message is from somebody who only looks whether we wait (the native
 * function `probe`). One that stays silent is from a command that was stopped meanwhile; it must not keep out the next one.
 */
int do_wait(struct init *c)
{
	struct message m;
	int err = settle(c);

	if (err < 0)
		_exit(1); /* the parent already has its answer, and does not listen any more */
	for (;;) {
		cleanup_close int fd = accept_low_memory(c->listener);

		if (fd < 0 && comes_back(fd))
			continue;
		if (fd < 0)
			_exit(1);
		if (says_something(fd) && receive_message(fd, &m) > 0 && m.kind == GO) {
			close(c->listener); /* from now on the socket refuses whoever else comes to start the container */
			c->common.sock = steal_fd(&fd);
			return 0;
		}
	}
}

/* A bundle without a process can be created, for its hooks and namespaces; started, it is over. */
int do_exit(struct init *c)
{
	send_message(&c->common, READY, 0);
	_exit(0);
}

/* All above the preserved ones is closed for good; only our socket is left, close-on-exec: its end says that execve was done. */
static int close_above(struct init *c)
{
	int last = (int)c->common.fd_count;

	if (c->common.sock != last && dup3(c->common.sock, last, O_CLOEXEC) < 0)
		return -errno;
	c->common.sock = last;
	return SYS(SYS_close_range, last + 1, ~0U, 0);
}

static int say_ready(struct init *c, int what)
{
	uint32_t here = c->common.index;
	int err;

	c->common.index = c->filter;
	err = send_message(&c->common, READY, what);
	c->common.index = here;
	return err;
}

static int tell(struct init *c, int what)
{
	int err = say_ready(c, what);

	return err == -EPIPE ? 0 : err; /* the command of a detached run is gone by now */
}

int do_ready(struct init *c)
{
	return tell(c, 0);
}

/* A command that was ended meanwhile has said that nothing was done. */
int do_done(struct init *c)
{
	int err = say_ready(c, 0);

	if (err == 0)
		_exit(0);
	return err;
}

/* Before the seccomp filter, which may forbid any of this. */
int do_clean(struct init *c, const struct clean_args *a)
{
	int err = close_above(c);

	if (err == 0)
		err = default_signals();
	if (err == 0)
		err = unblock_signals();
	c->filter = a->doubt ? c->common.index + 1 : 0;
	return err < 0 ? err : tell(c, (a->hooks ? HOOKS_FIRST : 0) | (a->doomed ? DOOMED : 0));
}

int do_exec(struct init *c, const struct exec_args *a)
{
	int err;

	fill_home(&c->common, a->env);
	err = SYS(SYS_execve, c->executable == NULL ? "" : c->executable, a->args.all, a->env.all);
	return err < 0 ? err : -ENOEXEC; /* a filter may say that it was done */
}
