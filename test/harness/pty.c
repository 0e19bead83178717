/*
 * A terminal for tests: pty ROWS COLUMNS COMMAND…
 * The command leads a session on it. Its output is copied to stdout. Lines on stdin are commands for the terminal:
 *   type TEXT    types the text, with the usual meaning of \n, \r, \e and ^X
 *   size R C     changes the size
 *   stop, go     stops reading, and continues
 *   hangup       closes the terminal
 * The command continues after the end of stdin.
 * The last line of output reports how the command ended, and whether the modes of the terminal are the same as before.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

enum { MOST_SECONDS = 60 }; /* a failed test does not end it */

static int master, slave, reading = 1;

static void type(const char *text)
{
	for (; *text; text++) {
		char one = *text;

		if (one == '\\' && text[1]) {
			text++;
			one = *text == 'n' ? '\n' : *text == 'r' ? '\r' : *text == 'e' ? 27 : *text;
		} else if (one == '^' && text[1]) {
			text++;
			one = *text & 31;
		}
		if (write(master, &one, 1) != 1)
			return;
	}
}

static void obey(char *line)
{
	struct winsize size = { 0 };

	if (strncmp(line, "type ", 5) == 0)
		type(line + 5);
	else if (sscanf(line, "size %hu %hu", &size.ws_row, &size.ws_col) == 2)
		ioctl(master, TIOCSWINSZ, &size);
	else if (strcmp(line, "hangup") == 0) {
		close(slave);
		close(master);
		master = slave = -1;
	} else
		reading = strcmp(line, "stop") != 0;
}

static void copy(void)
{
	char bytes[4096];
	ssize_t n = read(master, bytes, sizeof(bytes));

	if (n > 0 && write(1, bytes, (size_t)n) != n)
		exit(3);
}

/* When a session leader ends, its terminal is hung up and the modes are reset: so the leader is not the command, and waits for it. */
static void lead(char **command, int report)
{
	static const int deaf[] = { SIGINT, SIGQUIT, SIGTSTP, SIGHUP, SIGTTOU, SIGTTIN };
	int status = 0;
	pid_t pid;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setsid();
	ioctl(slave, TIOCSCTTY, 0);
	for (int i = 0; i < 3; i++)
		dup2(slave, i);
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		execvp(command[0], command);
		_exit(127);
	}
	for (size_t i = 0; i < sizeof(deaf) / sizeof(*deaf); i++)
		signal(deaf[i], SIG_IGN);
	waitpid(pid, &status, 0);
	if (write(report, &status, sizeof(status)) == sizeof(status))
		pause();
	_exit(0);
}

static void copy_rest(void)
{
	if (master < 0)
		return;
	fcntl(master, F_SETFL, O_NONBLOCK);
	for (int i = 0; i < 100; i++)
		copy();
}

int main(int argc, char **argv)
{
	struct winsize size = { 0 };
	struct termios before = { 0 }, after = { 0 };
	char line[4096];
	int status = 0, report[2], input = 0;
	size_t used = 0;
	pid_t leader;

	if (argc < 4 || pipe2(report, O_CLOEXEC) < 0)
		return 2;
	size.ws_row = (unsigned short)atoi(argv[1]);
	size.ws_col = (unsigned short)atoi(argv[2]);
	master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	grantpt(master);
	unlockpt(master);
	slave = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	ioctl(master, TIOCSWINSZ, &size);
	tcgetattr(slave, &before);
	leader = fork();
	if (leader == 0)
		lead(argv + 3, report[1]);
	signal(SIGPIPE, SIG_IGN);
	alarm(MOST_SECONDS);
	for (;;) {
		struct pollfd p[3] = {
			{ .fd = input, .events = POLLIN },
			{ .fd = reading ? master : -1, .events = POLLIN },
			{ .fd = report[0], .events = POLLIN },
		};
		ssize_t n;

		if (poll(p, 3, -1) < 0)
			continue;
		if (p[1].revents)
			copy();
		if (p[2].revents && read(report[0], &status, sizeof(status)) == sizeof(status))
			break;
		if (!p[0].revents)
			continue;
		n = read(0, line + used, 1);
		if (n == 0)
			input = -1;
		if (n == 1 && line[used] == '\n') {
			line[used] = 0;
			used = 0;
			obey(line);
		} else if (n == 1 && used < sizeof(line) - 1) {
			used++;
		}
	}
	copy_rest();
	if (master >= 0)
		tcgetattr(slave, &after);
	kill(leader, SIGKILL);
	printf("\n[%s %d, modes %s]\n", WIFEXITED(status) ? "exit" : "signal", WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status),
	       master < 0 || memcmp(&before, &after, sizeof(before)) == 0 ? "as before" : "changed");
	return 0;
}
