#include "parent/cgroup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

static DIR *open_folder(int dir, const char *name)
{
	cleanup_close int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);

	if (folder != NULL)
		steal_fd(&fd);
	return folder;
}

static struct dirent *next_below(DIR *folder)
{
	struct dirent *entry;

	while ((entry = readdir(folder)) != NULL)
		if (entry->d_type == DT_DIR && strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			return entry;
	return NULL;
}

/* Where a walk goes on in each folder above the one it is in. */
struct trail {
	long *positions;
	size_t depth, room;
};

static bool remember(struct trail *t, long position)
{
	if (t->depth == t->room) {
		size_t room = t->room == 0 ? 64 : t->room * 2;
		long *positions = realloc(t->positions, room * sizeof(*positions));

		if (positions == NULL)
			return false;
		t->positions = positions;
		t->room = room;
	}
	t->positions[t->depth++] = position;
	return true;
}

/* Into a folder, or out of it again; NULL with errno. */
static DIR *move_to(DIR *from, const char *name)
{
	DIR *to = open_folder(dirfd(from), name);

	if (to != NULL)
		closedir(from);
	return to;
}

int walk_cgroups(int top, int (*visit)(int dir, void *arg), void *arg)
{
	struct trail trail = { 0 };
	DIR *at = open_folder(top, "."), *next;
	int err = at == NULL ? -errno : visit(dirfd(at), arg);

	while (err == 0) {
		struct dirent *entry = next_below(at);

		if (entry == NULL && trail.depth == 0)
			break;
		if (entry != NULL && !remember(&trail, telldir(at))) {
			err = -ENOMEM;
			break;
		}
		next = move_to(at, entry == NULL ? ".." : entry->d_name);
		if (next != NULL) {
			at = next;
			if (entry != NULL)
				err = visit(dirfd(at), arg);
			else
				seekdir(at, trail.positions[--trail.depth]);
		} else if (entry != NULL && errno == ENOENT) {
			trail.depth--; /* it has gone meanwhile */
		} else {
			err = -errno;
		}
	}
	if (at != NULL)
		closedir(at);
	free(trail.positions);
	return err;
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

/* Removes those directly below that are empty; a copy of the name of one that is not, or "". */
static int remove_empty(DIR *at, char name[NAME_MAX + 1], int *removed)
{
	struct dirent *entry;

	*name = 0;
	rewinddir(at);
	while ((entry = next_below(at)) != NULL) {
		if (unlinkat(dirfd(at), entry->d_name, AT_REMOVEDIR) == 0 || errno == ENOENT) {
			++*removed;
			continue;
		}
		if (errno != EBUSY)
			return -errno;
		strcpy(name, entry->d_name);
		return 0;
	}
	return 0;
}

/*
 * Down to what cannot be removed yet, and up again when it is empty. One that was just entered, as it could not be removed, and that has
 * nothing below it, has processes in it.
 */
int remove_below_cgroup(int top)
{
	char name[NAME_MAX + 1];
	DIR *at = open_folder(top, "."), *next;
	int depth = 0, removed = 1, err = at == NULL ? -errno : 0;

	while (err == 0) {
		err = remove_empty(at, name, &removed);
		if (err == 0 && *name == 0 && (depth == 0 || removed == 0))
			err = depth == 0 ? 1 : -EBUSY;
		if (err != 0)
			break;
		next = move_to(at, *name == 0 ? ".." : name);
		if (next == NULL) {
			err = errno == ENOENT && *name != 0 ? 0 : -errno;
			continue;
		}
		at = next;
		depth += *name == 0 ? -1 : 1;
		removed = *name == 0;
	}
	if (at != NULL)
		closedir(at);
	return err > 0 ? 0 : err;
}
