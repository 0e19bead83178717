#include "parent/cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "parent/cgroup_walk.h"
#include "shared/fd.h"
#include "shared/linux.h"

enum { CHUNK = 128 };

int open_cgroup(const char *path, uint64_t inode)
{
	cleanup_close int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	return st.st_ino == inode ? steal_fd(&fd) : -ESTALE;
}

static FILE *open_members(int dir)
{
	cleanup_close int fd = openat(dir, "cgroup.procs", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r");

	if (file != NULL)
		steal_fd(&fd);
	return file;
}

/* A threaded cgroup has no list (EOPNOTSUPP): its processes stand in the one above; or it has gone. */
static int unlisted(void)
{
	return errno == EOPNOTSUPP || errno == ENOENT || errno == ENODEV ? 0 : -errno;
}

static pid_t next_member(FILE *members)
{
	char line[32];

	return fgets(line, sizeof(line), members) == NULL ? 0 : (pid_t)strtol(line, NULL, 10);
}

/* Closes the list; -errno if it could not be read to its end. */
static int end_members(FILE *members)
{
	int err = ferror(members) ? unlisted() : 0;

	fclose(members);
	return err;
}

static int has_member(int dir, void *arg)
{
	FILE *members = open_members(dir);
	pid_t pid;
	int err;

	(void)arg;
	if (members == NULL)
		return unlisted();
	pid = next_member(members);
	err = end_members(members);
	return pid != 0 ? 1 : err;
}

int is_populated(int top)
{
	return walk_cgroups(top, has_member, NULL);
}

static int print_members(int dir, void *out)
{
	FILE *members = open_members(dir);
	pid_t pid;

	if (members == NULL)
		return unlisted();
	while ((pid = next_member(members)) != 0)
		fprintf(out, "%d\n", pid);
	return end_members(members);
}

int list_members(int top, FILE *out)
{
	return walk_cgroups(top, print_members, out);
}

/* A number of this list may by now be that of another process, which is not in the list that is read after its pidfd was made. */
static int keep_members(int dir, const pid_t *pids, int *pidfds, size_t count)
{
	bool there[CHUNK] = { false };
	FILE *members = open_members(dir);
	int err = members == NULL ? unlisted() : 0;

	for (pid_t pid; members != NULL && (pid = next_member(members)) != 0;)
		for (size_t i = 0; i < count; i++)
			there[i] |= pids[i] == pid;
	if (members != NULL)
		err = end_members(members);
	for (size_t i = 0; i < count; i++) {
		if (there[i])
			continue;
		close_fd(&pidfds[i]);
		pidfds[i] = -1;
	}
	return err;
}

/* It is no error that a process has died meanwhile. If one process cannot be signalled, all others are signalled nevertheless. */
static void note(struct shot *shot, int err)
{
	if (err < 0 && err != -ESRCH && shot->err == 0)
		shot->err = err;
}

static void signal_chunk(int dir, const pid_t *pids, size_t count, struct shot *shot)
{
	int pidfds[CHUNK];

	for (size_t i = 0; i < count; i++) {
		pidfds[i] = SYS(SYS_pidfd_open, pids[i], 0);
		note(shot, pidfds[i]);
	}
	note(shot, keep_members(dir, pids, pidfds, count));
	for (size_t i = 0; i < count; i++) {
		cleanup_close int pidfd = pidfds[i];
		int err;

		if (pidfd < 0)
			continue;
		err = SYS(SYS_pidfd_send_signal, pidfd, shot->signal, NULL, 0);
		if (err == 0)
			shot->count++;
		note(shot, err);
	}
}

int signal_members(int dir, void *arg)
{
	struct shot *shot = arg;
	pid_t pids[CHUNK], pid, own = getpid();
	FILE *members = open_members(dir);
	size_t count = 0;

	if (members == NULL) {
		note(shot, unlisted());
		return 0;
	}
	while ((pid = next_member(members)) != 0) {
		if (pid != own)
			pids[count++] = pid;
		if (count < CHUNK)
			continue;
		signal_chunk(dir, pids, count, shot);
		count = 0;
	}
	note(shot, end_members(members));
	signal_chunk(dir, pids, count, shot);
	return 0;
}

int file_in(char out[PATH_MAX], const char *dir, const char *file)
{
	int n = snprintf(out, PATH_MAX, "%s/%s", dir, file);

	return n < 0 || n >= PATH_MAX ? -ENAMETOOLONG : 0;
}

int put_word(int dir, const char *file, const char *word)
{
	cleanup_close int fd = openat(dir, file, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);

	return fd < 0 || write(fd, word, strlen(word)) < 0 ? -errno : 0;
}

static int thaw_one(int dir, void *arg)
{
	int err = put_word(dir, "freezer.state", "THAWED");

	(void)arg;
	return err == -ENODEV ? 0 : err; /* it is being removed */
}

int thaw_cgroups(int top)
{
	int err = walk_cgroups(top, thaw_one, NULL);

	return err == -ENOENT ? 0 : err; /* not the hierarchy of the freezer */
}

int kill_members(int top)
{
	struct shot shot = { SIGKILL, 0, 0 };
	int err = 0;

	/* The whole of it in one act: nobody forks away (cgroup v2, Linux 5.14). */
	if (put_word(top, "cgroup.kill", "1") < 0)
		err = walk_cgroups(top, signal_members, &shot);
	thaw_cgroups(top); /* on v1 a frozen process takes its SIGKILL when it is thawed */
	return err < 0 ? err : shot.err;
}
