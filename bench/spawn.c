/*
 * Runs command lines and measures the time of each command, from before its start until it has been waited for. This is a small process
 * that uses posix_spawn(3), so it does not measure the copying of its caller.
 *
 *   spawn ROUNDS BLOCK <lines
 *
 * A line is a series of commands. Tabs separate words, and the word `;` separates commands. `@` in a word is replaced by the number of the run,
 * which differs each time. The word `orphan` instead of a command waits for a process that a command has left behind. `=N` before
 * a command means that it exits with N. Each round runs every line BLOCK times in a row. For each run it prints one line:
 * the line's number, then for each command NANOSECONDS:CPU_MICROSECONDS:MAXRSS_KB. The last two include the processes for which it has waited.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_LINES = 64, MAX_WORDS = 256, MAX_TEXT = 8192, LIMIT_SECONDS = 60 };

static posix_spawn_file_actions_t quiet;

static int64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

static long microseconds(struct timeval t)
{
	return t.tv_sec * 1000000L + t.tv_usec;
}

static _Noreturn void fail(char *const argv[], const char *why)
{
	fprintf(stderr, "spawn: %s:", why);
	for (; *argv; argv++)
		fprintf(stderr, " %s", *argv);
	fprintf(stderr, "\n");
	exit(1);
}

static void time_command(char *argv[])
{
	int expected = argv[0][0] == '=' ? atoi(*argv++ + 1) : 0, status;
	struct rusage usage;
	int64_t start = now();
	pid_t pid;

	if (posix_spawn(&pid, argv[0], &quiet, NULL, argv, environ) != 0)
		fail(argv, "cannot be started");
	if (wait4(pid, &status, 0, &usage) != pid)
		fail(argv, "cannot be waited for");
	printf(" %lld:%ld:%ld", (long long)(now() - start), microseconds(usage.ru_utime) + microseconds(usage.ru_stime), usage.ru_maxrss);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != expected)
		fail(argv, "did not exit as expected");
}

/* Splits a line into words and replaces `@` by the number of the run. */
static int cut(const char *line, long run, char room[MAX_TEXT], char *words[MAX_WORDS])
{
	int count = 0;
	size_t at = 0;

	for (const char *c = line; *c && at < MAX_TEXT - 32 && count < MAX_WORDS - 1;) {
		words[count++] = room + at;
		for (; *c && *c != '\t'; c++) {
			if (*c == '@')
				at += (size_t)sprintf(room + at, "%ld", run);
			else
				room[at++] = *c;
		}
		room[at++] = 0;
		c += *c == '\t';
	}
	words[count] = NULL;
	return count;
}

static void run_line(int number, const char *line, long run)
{
	char room[MAX_TEXT], *words[MAX_WORDS];
	int count = cut(line, run, room, words);

	alarm(LIMIT_SECONDS);
	printf("%d", number);
	for (int first = 0, i = 0; i <= count; i++) {
		if (words[i] && strcmp(words[i], ";") != 0)
			continue;
		words[i] = NULL;
		if (i > first && strcmp(words[first], "orphan") != 0)
			time_command(words + first);
		else if (i > first && wait(NULL) < 0)
			fail(words + first, "nobody was left behind");
		first = i + 1;
	}
	printf("\n");
}

int main(int argc, char **argv)
{
	static char text[MAX_LINES][MAX_TEXT];
	int lines = 0;
	long run = 0, rounds, block;

	if (argc != 3) {
		fprintf(stderr, "usage: spawn ROUNDS BLOCK <lines\n");
		return 2;
	}
	rounds = atol(argv[1]);
	block = atol(argv[2]);
	while (lines < MAX_LINES && fgets(text[lines], MAX_TEXT, stdin)) {
		text[lines][strcspn(text[lines], "\n")] = 0;
		lines++;
	}
	/* A process that outlives its command becomes our child. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	posix_spawn_file_actions_init(&quiet);
	posix_spawn_file_actions_addopen(&quiet, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0);
	for (long round = 0; round < rounds; round++)
		for (int line = 0; line < lines; line++)
			for (long i = 0; i < block; i++)
				run_line(line, text[line], run++);
	return 0;
}
