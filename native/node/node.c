/* What only the Node binding (src/native/koffi.ts) needs, beside the native functions. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "parent/functions.h"
#include "shared/fd.h"

enum { THREAD_STACK = 64 << 10 };

NATIVE void node_free(void *data);
NATIVE int32_t node_watcher(int32_t *fds);
NATIVE int32_t node_watch(int32_t epoll, int32_t fd);
NATIVE int32_t node_hold_signals(void);
NATIVE int32_t node_execute(const uint8_t *, size_t, const char *, const char *, const int32_t *, uint32_t, int32_t, struct blob *);

void node_free(void *data)
{
	free(data);
}

struct watcher {
	int epoll;
	int out;
};

/* The thread lives until nobody reads any more: a pipe without a reader gives EPOLLERR, which is watched as the number -1. */
static void *watch_loop(void *arg)
{
	cleanup_close int epoll = ((struct watcher *)arg)->epoll, out = ((struct watcher *)arg)->out;
	struct epoll_event event;

	free(arg);
	for (;;) {
		int n = epoll_wait(epoll, &event, 1, -1);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || event.data.fd < 0)
			break;
		if (write(out, &event.data.fd, sizeof(event.data.fd)) < 0)
			break;
	}
	return NULL;
}

/* A usual thread would run Node's signal handlers, so this one has all signals blocked. */
static int start_thread(struct watcher *w)
{
	pthread_attr_t attr;
	pthread_t thread;
	sigset_t all, old;
	int err;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, THREAD_STACK);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	err = pthread_create(&thread, &attr, watch_loop, w);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	pthread_attr_destroy(&attr);
	return -err;
}

static int prepare(struct watcher *w, int32_t *in)
{
	struct epoll_event gone = { .events = EPOLLERR, .data.fd = -1 };
	int pipes[2];

	if (pipe2(pipes, O_CLOEXEC) < 0)
		return -errno;
	*in = pipes[0];
	w->out = pipes[1];
	w->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (w->epoll >= 0 && epoll_ctl(w->epoll, EPOLL_CTL_ADD, w->out, &gone) == 0)
		return 0;
	return -errno;
}

/*
 * One thread that waits for many descriptors, so that a wait takes none of libuv's threads. fds[0] becomes a pipe where the number
 * of each descriptor that has turned readable comes out (int32_t), fds[1] what node_watch() takes. Closing fds[0] ends it all.
 */
int32_t node_watcher(int32_t *fds)
{
	struct watcher *w = malloc(sizeof(*w));
	int err;

	if (!w)
		return -ENOMEM;
	*w = (struct watcher){ -1, -1 };
	fds[0] = -1;
	err = prepare(w, &fds[0]);
	fds[1] = w->epoll;
	if (err == 0)
		err = start_thread(w); /* which frees w */
	if (err == 0)
		return 0;
	close_fd(&fds[0]);
	close_fd(&w->out);
	close_fd(&w->epoll);
	free(w);
	return err;
}

/* Says once that fd is readable. */
int32_t node_watch(int32_t epoll, int32_t fd)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLONESHOT, .data.fd = fd };

	return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

static atomic_int executing;
static int held = -1;

/* As in the static binary: a signal goes to the execution that is under way, and without one does what it does by default. */
static void on_signal(int number, siginfo_t *said, void *context)
{
	struct signalfd_siginfo info = { .ssi_signo = (uint32_t)number, .ssi_code = said->si_code };
	int saved = errno;

	(void)context;
	if (atomic_load(&executing) > 0) {
		(void)!write(held, &info, sizeof(info));
	} else if (number != SIGCONT && number != SIGWINCH) {
		signal(number, SIG_DFL);
		raise(number);
	}
	errno = saved;
}

/* For a process that is one command: what the default cancel of execute is from now on. */
int32_t node_hold_signals(void)
{
	static const int numbers[] = { SIGHUP,	SIGINT,	  SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGALRM,
				       SIGCONT, SIGWINCH, SIGTSTP, SIGTTIN, SIGTTOU, SIGIO,   SIGPWR };
	struct sigaction action = { .sa_sigaction = on_signal, .sa_flags = SA_RESTART | SA_SIGINFO };
	int pipes[2];

	if (pipe2(pipes, O_CLOEXEC | O_NONBLOCK) < 0)
		return -errno;
	held = pipes[1];
	default_cancel = pipes[0];
	sigfillset(&action.sa_mask);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		sigaction(numbers[i], &action, NULL);
	return 0;
}

int32_t node_execute(const uint8_t *program, size_t size, const char *root, const char *id, const int32_t *fds, uint32_t fd_count, int32_t cancel,
		     struct blob *out)
{
	int32_t result;

	atomic_fetch_add(&executing, 1);
	result = native_execute(program, size, root, id, fds, fd_count, cancel, out);
	atomic_fetch_sub(&executing, 1);
	return result;
}
