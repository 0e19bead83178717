/*
 * An engine as the parent of containers: subreaper wait|idle COMMAND…
 * It becomes a subreaper (prctl(2)), runs the command, and prints `command STATUS`. With `wait` it then waits for all children that it inherits, and
 * prints `PID STATUS` for each; with `idle` it waits for none, until it is killed.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_SECONDS = 60 }; /* a failed test does not end it */

static void tell(const char *who, int status)
{
	if (WIFEXITED(status))
		printf("%s exit %d\n", who, WEXITSTATUS(status));
	else
		printf("%s signal %d\n", who, WTERMSIG(status));
	fflush(stdout);
}

int main(int argc, char **argv)
{
	char who[16];
	int status;
	pid_t pid;

	if (argc < 3 || prctl(PR_SET_CHILD_SUBREAPER, 1) < 0)
		return 2;
	alarm(MOST_SECONDS);
	pid = fork();
	if (pid == 0) {
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return 2;
	tell("command", status);
	while (strcmp(argv[1], "idle") == 0)
		pause();
	while ((pid = wait(&status)) > 0) {
		snprintf(who, sizeof(who), "%d", pid);
		tell(who, status);
	}
	return 0;
}
