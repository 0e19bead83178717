/* peak FILE COMMAND…: runs a command, writes its peak of memory in kB and its processor time in ms to FILE, and ends like the command. */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static long milliseconds(const struct timeval *time)
{
	return time->tv_sec * 1000 + time->tv_usec / 1000;
}

int main(int argc, char **argv)
{
	struct rusage usage;
	int status;
	pid_t child = fork();
	FILE *file;

	if (argc < 3 || child < 0)
		return 125;
	if (child == 0) {
		execv(argv[2], argv + 2);
		_exit(126);
	}
	if (wait4(child, &status, 0, &usage) < 0)
		return 125;
	file = fopen(argv[1], "w");
	if (!file || fprintf(file, "%ld %ld\n", usage.ru_maxrss, milliseconds(&usage.ru_utime) + milliseconds(&usage.ru_stime)) < 0 ||
	    fclose(file) != 0)
		return 125;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
