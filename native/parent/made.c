#include "parent/made.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "parent/cgroup.h"
#include "parent/cgroup_walk.h"
#include "parent/parent.h"
#include "parent/state.h"
#include "shared/fd.h"
#include "shared/process.h"
#include "shared/string_buffer.h"

enum { REMOVE_WAIT_MS = 5000 };

void put_line(struct lines *l, uint32_t index, uint64_t inode)
{
	const char *limit = l->text + sizeof(l->text);

	l->end = append_number(l->end, limit, index);
	l->end = append_string(l->end, limit, " ");
	l->end = append_number(l->end, limit, inode);
	l->end = append_string(l->end, limit, "\n");
}

static int open_intent(struct parent *c)
{
	int dir = state_dir(c);

	if (dir < 0)
		return dir;
	c->intent = openat(dir, "intent", O_WRONLY | O_APPEND | O_NOFOLLOW | O_CLOEXEC);
	return c->intent < 0 ? -errno : 0;
}

int write_lines(struct parent *c, struct lines *l)
{
	size_t size = (size_t)(l->end - l->text);
	int err = size == 0 || c->intent >= 0 ? 0 : open_intent(c);

	if (size == 0 || err < 0)
		return err;
	l->end = l->text;
	errno = 0;
	return write(c->intent, l->text, size) == (ssize_t)size ? 0 : errno != 0 ? -errno : -ENOSPC;
}

bool places_fit(struct parent *c, struct u32s at, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		uint32_t index = u32_at(at, i);

		if (index >= MAX_CGROUPS)
			return false;
		if (index >= c->cgroup_count)
			c->cgroup_count = index + 1;
	}
	return at.count == count;
}

/* systemd has made them, for a unit that is this container's. */
int own_cgroups(struct parent *c, struct texts dirs, struct u32s at)
{
	struct lines lines = { .end = lines.text };
	char path[PATH_MAX];
	struct stat st;
	uint32_t next = 0;

	if (at.count > 0 && !places_fit(c, at, at.count))
		return -E2BIG;
	for (uint32_t i = 0; i < dirs.count && next < at.count; i++) {
		int err = text_fill(&c->common, next_text(&dirs), path, sizeof(path));

		if (err < 0)
			return err;
		if (u32_at(at, next) != i)
			continue;
		next++;
		if (lstat(path, &st) < 0)
			continue; /* systemd has not this hierarchy */
		c->inodes[i] = st.st_ino;
		put_line(&lines, i, st.st_ino);
	}
	return write_lines(c, &lines);
}

static int remove_if_empty(const char *path)
{
	return rmdir(path) == 0 || errno == ENOENT || errno == EBUSY || errno == ENOTEMPTY ? 0 : -errno;
}

/* All processes in it belong to the container, and are killed. Another cgroup that has this path by now is left alone. */
static int empty_cgroup(const char *path, uint64_t inode)
{
	cleanup_close int fd = open_cgroup(path, inode);
	int err;

	if (fd < 0)
		return fd;
	kill_members(fd);
	err = remove_below_cgroup(fd);
	if (err < 0)
		return err;
	return rmdir(path) < 0 ? -errno : 0;
}

/* Most cgroups are empty by now, and can be removed without being opened. */
static int remove_cgroup(const char *path, uint64_t inode)
{
	struct stat st;
	int err = lstat(path, &st) < 0 ? -errno : 0;

	if (err == 0 && st.st_ino != inode)
		return 0;
	if (err == 0 && rmdir(path) < 0)
		err = errno == EBUSY ? empty_cgroup(path, inode) : -errno;
	return err == -ENOENT || err == -ENODEV || err == -ESTALE ? 0 : err;
}

static int remove_once(const char *path, uint64_t inode)
{
	if (inode == NOT_MADE || inode == IF_EMPTY)
		return inode == NOT_MADE ? 0 : remove_if_empty(path);
	return remove_cgroup(path, inode);
}

bool may_wait(struct parent *c)
{
	struct timespec pause = { 0, 50000L << (c->remove_turns < 9 ? c->remove_turns : 9) };

	c->remove_turns++;
	if (c->remove_end == 0)
		c->remove_end = monotonic_ms() + REMOVE_WAIT_MS;
	if (monotonic_ms() >= c->remove_end)
		return false;
	nanosleep(&pause, NULL);
	return true;
}

static uint64_t inode_at(struct strs inodes, uint32_t i)
{
	return i < inodes.count ? strtoull(inodes.all[i], NULL, 10) : NOT_MADE;
}

int open_recorded(const char *path, struct strs inodes, uint32_t i)
{
	uint64_t inode = inode_at(inodes, i);

	return inode == NOT_MADE || inode == IF_EMPTY ? -ESTALE : open_cgroup(path, inode);
}

int remove_recorded(const char *path, struct strs inodes, uint32_t i)
{
	return remove_once(path, inode_at(inodes, i));
}

/* Removes the cgroup at `index` of the record, and the folders above it that this create made. */
int remove_made(struct parent *c, struct text dir, uint32_t index)
{
	char path[PATH_MAX];
	int err = text_fill(&c->common, dir, path, sizeof(path));

	if (err == 0)
		err = remove_once(path, c->inodes[index]);
	if (err < 0)
		detail(&c->common, path);
	/* These are the levels above the container's own cgroup. One that has got other cgroups meanwhile stays. */
	for (; err == 0 && c->levels[index] > 1; c->levels[index]--) {
		*strrchr(path, '/') = 0;
		rmdir(path);
	}
	return err;
}
