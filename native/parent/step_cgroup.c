#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "parent/cgroup.h"
#include "parent/parent.h"
#include "shared/process.h"
#include "parent/steps.gen.h"
#include "shared/words.h"

enum { REMOVE_WAIT_MS = 5000 };

static int in_dir(char out[PATH_MAX], const char *dir, const char *file)
{
	int n = snprintf(out, PATH_MAX, "%s/%s", dir, file);

	return n < 0 || n >= PATH_MAX ? -ENAMETOOLONG : 0;
}

/* A cgroup that somebody lives in, also further below, or that is frozen, would stop or starve the container, and is another's. */
static int check_unused(struct parent *c, const char *dir)
{
	char path[PATH_MAX], text[64];
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int populated = fd < 0 ? -errno : is_populated(fd);

	if (fd >= 0)
		close(fd);
	if (populated < 0)
		return populated;
	if (populated) {
		detail(&c->common, "container's cgroup is not empty");
		return -EBUSY;
	}
	if ((in_dir(path, dir, "freezer.state") == 0 && read_value(path, text, sizeof(text)) > 0 && text[0] == 'F') ||
	    (in_dir(path, dir, "cgroup.freeze") == 0 && read_value(path, text, sizeof(text)) > 0 && text[0] == '1')) {
		detail(&c->common, "container's cgroup unexpectedly frozen");
		return -EBUSY;
	}
	return 0;
}

/* mkdir -p; counts the levels made, for undo. */
static int make_levels(char *path, uint32_t *made)
{
	char *slash = strrchr(path, '/');
	int err;

	for (int twice = 0; twice < 2; twice++) {
		if (mkdir(path, 0755) == 0) {
			++*made;
			return 0;
		}
		if (errno == EEXIST)
			return 0;
		if (errno != ENOENT || twice || slash == NULL || slash == path)
			return -errno;
		*slash = 0;
		err = make_levels(path, made);
		*slash = '/';
		if (err < 0)
			return err;
	}
	return 0;
}

/* Which cgroups are this container's is written below the intent as soon as it is true: a line each, its place in the list and its inode. */
struct lines {
	char text[MAX_CGROUPS * 32];
	char *end;
};

static void put_line(struct lines *l, uint32_t place, uint64_t inode)
{
	const char *limit = l->text + sizeof(l->text);

	l->end = put_number(l->end, limit, place);
	l->end = put_words(l->end, limit, " ");
	l->end = put_number(l->end, limit, inode);
	l->end = put_words(l->end, limit, "\n");
}

static int open_intent(struct parent *c)
{
	int dir = state_dir(c);

	if (dir < 0)
		return dir;
	c->intent = openat(dir, "intent", O_WRONLY | O_APPEND | O_NOFOLLOW | O_CLOEXEC);
	return c->intent < 0 ? -errno : 0;
}

static int write_lines(struct parent *c, struct lines *l)
{
	size_t size = (size_t)(l->end - l->text);
	int err = size == 0 || c->intent >= 0 ? 0 : open_intent(c);

	if (size == 0 || err < 0)
		return err;
	l->end = l->text;
	errno = 0;
	return write(c->intent, l->text, size) == (ssize_t)size ? 0 : errno != 0 ? -errno : -ENOSPC;
}

/* Before a cgroup is made: who finds this line alone knows that it may be there, with nobody in it. */
static int announce(struct parent *c, const struct cgroup_args *a)
{
	struct lines lines = { .end = lines.text };
	struct texts dirs = a->dirs;
	char path[PATH_MAX];

	for (uint32_t i = 0; i < dirs.count; i++) {
		int err = text_fill(&c->common, next_text(&dirs), path, sizeof(path));

		if (err < 0)
			return err;
		if (access(path, F_OK) < 0 && errno == ENOENT)
			put_line(&lines, u32_at(a->at, i), IF_EMPTY);
	}
	return write_lines(c, &lines);
}

/* Those above one that could not be made. `path` is cut. */
static void remove_levels(char *path, uint32_t *made)
{
	for (char *slash; *made > 0 && (slash = strrchr(path, '/')) != NULL;) {
		*slash = 0;
		if (rmdir(path) == 0)
			--*made;
		else if (errno != ENOENT)
			break;
	}
}

static int make_one(struct parent *c, char *path, uint32_t at)
{
	struct stat st;
	int err = make_levels(path, &c->levels[at]);

	if (err < 0) {
		detail(&c->common, path);
		remove_levels(path, &c->levels[at]);
		return err;
	}
	if (c->levels[at] == 0)
		return check_unused(c, path);
	c->inodes[at] = IF_EMPTY;	/* as long as it is not known */
	if (lstat(path, &st) < 0)
		return -errno;
	c->inodes[at] = st.st_ino;
	return 0;
}

static bool places_fit(struct parent *c, struct u32s at, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		uint32_t place = u32_at(at, i);

		if (place >= MAX_CGROUPS)
			return false;
		if (place >= c->cgroup_count)
			c->cgroup_count = place + 1;
	}
	return at.count == count;
}

int do_cgroup(struct parent *c, const struct cgroup_args *a)
{
	struct lines lines = { .end = lines.text };
	struct texts dirs = a->dirs;
	char path[PATH_MAX];
	int err = places_fit(c, a->at, dirs.count) ? announce(c, a) : -E2BIG;

	for (uint32_t i = 0; i < dirs.count && err == 0; i++) {
		uint32_t at = u32_at(a->at, i);

		err = text_fill(&c->common, next_text(&dirs), path, sizeof(path));
		if (err == 0)
			err = make_one(c, path, at);
		if (c->inodes[at] != NOT_MADE)
			put_line(&lines, at, c->inodes[at]);
		if (err < 0 && c->common.detail[0] == 0)
			detail(&c->common, path);
	}
	if (err == 0)
		err = write_lines(c, &lines);
	if (err < 0)
		undo_cgroup(c, a);
	return err;
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
			continue;	/* systemd has not this hierarchy */
		c->inodes[i] = st.st_ino;
		put_line(&lines, i, st.st_ino);
	}
	return write_lines(c, &lines);
}

static int remove_if_empty(const char *path)
{
	return rmdir(path) == 0 || errno == ENOENT || errno == EBUSY || errno == ENOTEMPTY ? 0 : -errno;
}

/* Whoever is in it is the container's, and dies. What has its path, but is another, is left alone. */
static int empty_cgroup(const char *path, uint64_t inode)
{
	int fd = open_cgroup(path, inode), err;

	if (fd < 0)
		return fd;
	kill_members(fd);
	err = remove_below_cgroup(fd);
	close(fd);
	if (err == 0 && rmdir(path) < 0)
		err = -errno;
	return err;
}

/* Most are empty by now: they go without being opened. */
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

/* A dying process leaves its cgroup a moment late. One that does not die is waited for once, not in each hierarchy. */
static int remove_patiently(struct parent *c, const char *path, uint64_t inode)
{
	struct timespec pause = { 0, 50000 };
	int err;

	if (inode == NOT_MADE || inode == IF_EMPTY)
		return inode == NOT_MADE ? 0 : remove_if_empty(path);
	if (c->remove_end == 0)
		c->remove_end = monotonic_ms() + REMOVE_WAIT_MS;
	while ((err = remove_cgroup(path, inode)) == -EBUSY && monotonic_ms() < c->remove_end) {
		nanosleep(&pause, NULL);
		if (pause.tv_nsec < 20000000)
			pause.tv_nsec *= 2;
	}
	return err;
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

int do_remove_cgroup(struct parent *c, const struct remove_cgroup_args *a)
{
	struct texts dirs = a->dirs;
	char path[PATH_MAX];
	int result = 0;

	for (uint32_t i = 0, count = dirs.count; i < count; i++) {
		int err = text_fill(&c->common, next_text(&dirs), path, sizeof(path));

		if (err == 0)
			err = remove_patiently(c, path, inode_at(a->inodes, i));
		if (err < 0 && result == 0) {
			detail(&c->common, path);
			result = err;
		}
	}
	return result;
}

/* Those that this create made, of which the path is the first that `place` counts. */
int remove_made(struct parent *c, struct text dir, uint32_t place)
{
	char path[PATH_MAX];
	int err = text_fill(&c->common, dir, path, sizeof(path));

	if (err == 0)
		err = remove_patiently(c, path, c->inodes[place]);
	if (err < 0)
		detail(&c->common, path);
	/* Levels above the container's own. One that has got others' cgroups meanwhile stays. */
	for (; err == 0 && c->levels[place] > 1; c->levels[place]--) {
		*strrchr(path, '/') = 0;
		rmdir(path);
	}
	return err;
}

/* The init may be on its way into them. */
int undo_cgroup(struct parent *c, const struct cgroup_args *a)
{
	struct texts dirs = a->dirs;
	int err = kill_init(c);

	for (uint32_t i = 0; i < dirs.count; i++) {
		struct text dir = next_text(&dirs);
		uint32_t place = u32_at(a->at, i);
		int failed = place < MAX_CGROUPS ? remove_made(c, dir, place) : 0;

		if (err == 0)
			err = failed;
	}
	return err;
}

/*
 * A new v1 cpuset has no cpus and no mems, and no process can enter it: it takes its parent's, which may be new too (cpusets(7)).
 * `dir` is cut for a moment.
 */
static int inherit(char *dir, const char *file)
{
	char path[PATH_MAX], value[4096];
	const size_t size = strlen(dir);
	ssize_t n = 0;
	int err;

	/* Up to the first that has some … */
	while ((err = in_dir(path, dir, file)) == 0) {
		char *slash = strrchr(dir, '/');

		n = read_value(path, value, sizeof(value));
		if (n < 0 || (n > 0 && value[0] != '\n') || slash == NULL) {
			err = n < 0 ? (int)n : slash == NULL ? -EINVAL : 0;
			break;
		}
		*slash = 0;
	}
	/* … and down again: the end of what is left of `dir` is where it was cut. */
	for (size_t at = strlen(dir); at < size; at = strlen(dir)) {
		dir[at] = '/';
		if (err == 0)
			err = in_dir(path, dir, file);
		if (err == 0)
			err = write_value(path, value, (size_t)n);
	}
	return err;
}

int do_cpuset(struct parent *c, const struct cpuset_args *a)
{
	char dir[PATH_MAX];
	int err = text_fill(&c->common, a->dir, dir, sizeof(dir));

	if (err == 0)
		err = inherit(dir, "cpuset.cpus");
	return err < 0 ? err : inherit(dir, "cpuset.mems");
}

/* The files that the kernel names: one that this cgroup lacks belongs to a controller that it has not. */
int do_delegate(struct parent *c, const struct delegate_args *a)
{
	char files[2048] = "cgroup.procs\ncgroup.subtree_control\ncgroup.threads\n", dir[PATH_MAX], path[PATH_MAX], *left;
	int err = text_fill(&c->common, a->dir, dir, sizeof(dir));
	ssize_t n = read_value("/sys/kernel/cgroup/delegate", files, sizeof(files));

	if (n < 0 && n != -ENOENT)
		return (int)n;
	if (err == 0 && lchown(dir, a->uid, a->gid) < 0)
		err = -errno;
	for (char *file = strtok_r(files, "\n", &left); file != NULL && err == 0; file = strtok_r(NULL, "\n", &left)) {
		err = in_dir(path, dir, file);
		if (err == 0 && lchown(path, a->uid, a->gid) < 0 && errno != ENOENT)
			err = -errno;
	}
	return err;
}
