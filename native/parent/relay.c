#include "parent/relay.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "parent/deadline.h"
#include "parent/notify.h"
#include "parent/parent.h"
#include "shared/fd.h"
#include "shared/linux.h"
#include "shared/process.h"

enum { FLOW_SIZE = 4096 }; /* PIPE_BUF: so much goes at once into a pipe that poll(2) calls writable */
/* More than the kernel holds of what was written to a terminal before the process ended. Others may go on writing to it for ever. */
enum { LATE_SIZE = 65536 };

/* Bytes on their way from one descriptor to another. */
struct flow {
	int from, to;
	bool ended; /* nothing more comes */
	size_t at, size;
	char bytes[FLOW_SIZE];
};

struct relay {
	struct parent *c;
	struct termios usual; /* of the caller's terminal */
	bool exited;
	bool told_to_end;
	size_t late; /* how much has come since it exited */
	struct flow input, output;
};

enum place { PROCESS, CANCEL, NOTIFY, IN, MASTER, OUT, PLACES };

/*
 * With a description of its own: one that the caller has must stay as it is, and whoever stops reading must not stop us. What has a place of
 * its own, as a file has, is shared, and never waits.
 */
static int open_again(int fd, int flags)
{
	char path[32];
	struct stat st;
	int again = -1;

	if (fstat(fd, &st) == 0 && (S_ISCHR(st.st_mode) || S_ISFIFO(st.st_mode))) {
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		again = open(path, flags | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	}
	again = again < 0 ? fcntl(fd, F_DUPFD_CLOEXEC, 0) : again;
	return again < 0 ? -errno : again;
}

static bool comes_later(void)
{
	return errno == EAGAIN || errno == EINTR;
}

static void take(struct flow *f)
{
	ssize_t n = read(f->from, f->bytes, sizeof(f->bytes));

	f->at = 0;
	f->size = n < 0 ? 0 : (size_t)n;
	f->ended = n == 0 || (n < 0 && !comes_later());
}

/* Who reads no more makes nothing of ours fail: then all ends as if a terminal were hung up. */
static bool pass(struct flow *f)
{
	ssize_t n = send(f->to, f->bytes + f->at, f->size - f->at, MSG_DONTWAIT | MSG_NOSIGNAL);

	if (n < 0 && errno == ENOTSOCK)
		n = write(f->to, f->bytes + f->at, f->size - f->at);
	if (n < 0)
		return comes_later();
	f->at += (size_t)n;
	return true;
}

static bool is_empty(const struct flow *f)
{
	return f->at == f->size;
}

void take_size(struct parent *c)
{
	struct winsize size;

	/* One that nobody knows is 0. */
	if (ioctl(c->tty, TIOCGWINSZ, &size) == 0 && (size.ws_row | size.ws_col) != 0)
		ioctl(c->master, TIOCSWINSZ, &size);
}

/*
 * As cfmakeraw(3), but what is written still gets its line ends: a message of ours is read there too. One signal does here what it does by
 * default: it stops who is not in the foreground, until it is. A handler that only takes note of it would have the call begin again for ever.
 */
static int make_raw(struct relay *r)
{
	struct sigaction usual = { .sa_handler = SIG_DFL }, handled;
	struct termios raw = r->usual;
	sigset_t stop, before;
	int err;

	cfmakeraw(&raw);
	raw.c_oflag |= OPOST;
	sigemptyset(&stop);
	sigaddset(&stop, SIGTTOU);
	sigaction(SIGTTOU, &usual, &handled);
	pthread_sigmask(SIG_UNBLOCK, &stop, &before);
	do
		err = tcsetattr(r->c->tty, TCSANOW, &raw) < 0 ? -errno : 0;
	while (err == -EINTR);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	sigaction(SIGTTOU, &handled, NULL);
	return err;
}

/* A caller that goes on after a stop finds its terminal as the shell has left it. */
static void hear(struct relay *r)
{
	unsigned int sig = take_signal(r->c->common.cancel);

	if (sig == SIGWINCH || sig == SIGCONT)
		take_size(r->c);
	if (sig == SIGCONT) {
		r->input.ended = false;
		make_raw(r);
	}
	if (sig == 0 || sig == SIGWINCH)
		return;
	r->told_to_end |= sig != SIGCONT;
	if (!r->exited)
		SYS(SYS_pidfd_send_signal, r->c->pidfd, sig, NULL, 0);
}

static void hang_up(struct relay *r)
{
	close(r->c->master);
	r->c->master = r->output.from = r->input.to = -1;
	r->output.ended = r->input.ended = true;
	r->output.at = r->output.size = r->input.at = r->input.size = 0;
}

static void look_for(const struct relay *r, struct pollfd p[PLACES])
{
	const struct flow *in = &r->input, *out = &r->output;
	short master = (short)((is_empty(out) && !out->ended && r->late < LATE_SIZE ? POLLIN : 0) | (is_empty(in) || r->exited ? 0 : POLLOUT));

	p[PROCESS] = (struct pollfd){ .fd = r->exited ? -1 : r->c->pidfd, .events = POLLIN };
	p[CANCEL] = (struct pollfd){ .fd = r->c->common.cancel, .events = POLLIN };
	p[NOTIFY] = (struct pollfd){ .fd = r->c->notify, .events = POLLIN };
	p[IN] = (struct pollfd){ .fd = is_empty(in) && !in->ended && !r->exited ? in->from : -1, .events = POLLIN };
	p[MASTER] = (struct pollfd){ .fd = master == 0 ? -1 : out->from, .events = master };
	p[OUT] = (struct pollfd){ .fd = is_empty(out) ? -1 : out->to, .events = POLLOUT };
}

static void carry(struct relay *r, const struct pollfd p[PLACES])
{
	if (p[IN].revents != 0)
		take(&r->input);
	if (p[MASTER].revents & POLLOUT && !pass(&r->input))
		hang_up(r);
	if (p[MASTER].revents & ~POLLOUT && is_empty(&r->output) && !r->output.ended) {
		take(&r->output);
		r->late += r->exited ? r->output.size : 0;
	}
	if (p[OUT].revents != 0 && !pass(&r->output))
		hang_up(r);
}

/* When the process has ended, what it has written last is still to come; whoever does not read it can be told by a signal that it is over. */
static int run(struct relay *r)
{
	while (!r->exited || !r->told_to_end) {
		struct pollfd p[PLACES];
		int n, err = 0;

		look_for(r, p);
		n = poll(p, PLACES, !r->exited ? deadline_left(r->c->overdue.deadline) : is_empty(&r->output) ? 0 : -1);
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n == 0 && r->exited)
			return 0;
		if (n == 0)
			err = deadline_passed(r->c);
		else if (n > 0 && p[NOTIFY].revents != 0)
			take_notification(r->c, getpid());
		if (err < 0)
			return err;
		if (n <= 0)
			continue;
		if (p[CANCEL].revents != 0)
			hear(r);
		carry(r, p);
		if (p[PROCESS].revents != 0) {
			r->exited = true;
			r->told_to_end = false;
		}
	}
	return 0;
}

static int connect_flows(struct relay *r, int peer)
{
	const int *fds = r->c->fds;

	r->input.from = open_again(fds[0], O_RDONLY);
	r->output.to = open_again(fds[1], O_WRONLY);
	r->input.to = r->output.from = r->c->master;
	if (peer < 0)
		return peer;
	if (fcntl(r->c->master, F_SETFL, O_NONBLOCK) < 0)
		return -errno;
	return r->input.from < 0 ? r->input.from : r->output.to < 0 ? r->output.to : 0;
}

/* With a peer that stays open nothing is hung up by a process that closes its terminal for a while, as an init of systemd's does. */
int relay_to_end(struct parent *c)
{
	cleanup_close int peer = sys_result(ioctl(c->master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
	struct relay r = { .c = c, .input = { .from = -1 }, .output = { .to = -1 } };
	int err = connect_flows(&r, peer);

	if (err == 0 && tcgetattr(c->tty, &r.usual) < 0)
		err = -errno;
	if (err == 0) {
		take_size(c);
		err = make_raw(&r);
		if (err == 0)
			err = run(&r);
		if (tcsetattr(c->tty, TCSANOW, &r.usual) < 0 && err == 0 && errno != EIO)
			err = -errno;
	}
	close_fd(&r.input.from);
	close_fd(&r.output.to);
	return err;
}
