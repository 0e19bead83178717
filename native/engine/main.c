#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/auxv.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "engine/engine.h"
#include "engine/populate.h"
#include "engine/program.h"
#include "parent/functions.h"

/* A closed 0, 1 or 2 would be the number of the next file that is opened, and that file the container's stdin. */
static void open_stdio(void)
{
	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
			open("/dev/null", O_RDWR);
}

/* The new number is high, as the caller's files for --preserve-fds are 3, 4, 5 … */
static int move_up(int fd)
{
	for (int least = 512; least > 8; least /= 2) {
		int moved = fcntl(fd, F_DUPFD_CLOEXEC, least);

		if (moved >= 0) {
			close(fd); /* the number is for the caller's files */
			return moved;
		}
	}
	return fd;
}

/*
 * Signals wait until it is safe to listen to them: while a program is carried out they come out of this descriptor, and undo it or
 * go to the container. SIGCHLD and SIGPIPE say nothing here, SIGURG is for a socket's owner; the rest cannot be blocked or is a
 * fault of this program.
 */
static int hold_signals(void)
{
	static const int others[] = { SIGCHLD, SIGPIPE, SIGURG, SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT, SIGSYS };
	sigset_t set;
	int fd;

	/* A caller that ignores SIGCHLD would let the kernel reap our children, and their exit codes would be lost (wait(2)). */
	signal(SIGCHLD, SIG_DFL);
	sigfillset(&set);
	if (sigprocmask(SIG_SETMASK, &set, NULL) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		sigdelset(&set, others[i]);
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd < 0 ? -1 : move_up(fd);
}

/* Code and constants, which the linker puts in a row. */
static void populate_text(void)
{
	extern const uint8_t __executable_start[], __init_array_start[];

	populate_read(__executable_start, (size_t)(__init_array_start - __executable_start));
}

int main(int argc, char **argv)
{
	struct outcome_bytes outcome = { 0 };
	int status;

	populate_text();
	if (ocits_image_size == 0)
		_exit(engine_bake());
	/* The executable was started with more rights than its caller has: then every argument is hostile. */
	if (getauxval(AT_SECURE)) {
		native_put(2, "ocits: set-user-ID, set-group-ID or file capabilities: refused\n");
		return 1;
	}
	open_stdio();
	default_cancel = hold_signals();
	if (default_cancel < 0) {
		native_put(2, "ocits: cannot hold signals\n");
		return 1;
	}
	status = program_run(argc, argv, &outcome);
	if (status == NOT_MINE)
		status = engine_run(argc, argv, outcome.bytes ? &outcome : NULL);
	_exit(status);
}
