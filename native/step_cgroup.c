#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "linux.h"
#include "parent.h"
#include "process.h"
#include "steps.gen.h"

enum { REMOVE_WAIT_MS = 5000 };

static int in_dir(char out[PATH_MAX], const char *dir, const char *file)
{
	int n = snprintf(out, PATH_MAX, "%s/%s", dir, file);

	return n < 0 || n >= PATH_MAX ? -ENAMETOOLONG : 0;
}

/* A cgroup that somebody lives in, or that is frozen, would stop or starve the container. */
static int check_unused(struct context *c, const char *dir)
{
	char path[PATH_MAX], text[64];

	if (in_dir(path, dir, "cgroup.procs") == 0 && read_value(path, text, sizeof(text)) > 0) {
		detail(c, "container's cgroup is not empty");
		return -EBUSY;
	}
	if ((in_dir(path, dir, "freezer.state") == 0 && read_value(path, text, sizeof(text)) > 0 && text[0] == 'F') ||
	    (in_dir(path, dir, "cgroup.freeze") == 0 && read_value(path, text, sizeof(text)) > 0 && text[0] == '1')) {
		detail(c, "container's cgroup unexpectedly frozen");
		return -EBUSY;
	}
	return 0;
}

/* mkdir -p; counts the levels made, for undo. */
static int make_levels(char *path, uint8_t *made)
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

int do_cgroup(struct context *c, const struct cgroup_args *a)
{
	struct texts dirs = a->dirs;
	uint8_t *made = c->made + c->made_count;
	char path[PATH_MAX];
	int err = 0;

	if (dirs.count > MAX_CGROUPS - c->made_count)
		return -E2BIG;
	c->made_count += dirs.count;
	for (uint32_t i = 0; i < dirs.count && err == 0; i++) {
		err = text_fill(c, next_text(&dirs), path, sizeof(path));
		if (err == 0)
			err = make_levels(path, &made[i]);
		if (err == 0 && made[i] == 0)
			err = check_unused(c, path);
		if (err < 0 && c->detail[0] == 0)
			detail(c, path);
	}
	if (err < 0)
		undo_cgroup(c, a);
	return err;
}

static int remove_dir(const char *path, int depth)
{
	char below[PATH_MAX];
	struct dirent *entry;
	DIR *dir;

	if (rmdir(path) == 0 || errno == ENOENT)
		return 0;
	if (errno != EBUSY || depth > 32)
		return -errno;
	/* EBUSY: cgroups below it, which the container may have made, or processes that are still leaving. */
	dir = opendir(path);
	if (dir == NULL)
		return -errno;
	while ((entry = readdir(dir)) != NULL)
		if (entry->d_type == DT_DIR && strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
		    in_dir(below, path, entry->d_name) == 0)
			remove_dir(below, depth + 1);
	closedir(dir);
	return rmdir(path) == 0 || errno == ENOENT ? 0 : -errno;
}

static int remove_dirs(struct context *c, struct texts dirs)
{
	char path[PATH_MAX];
	int result = 0;

	for (uint32_t i = 0, count = dirs.count; i < count; i++) {
		int err = text_fill(c, next_text(&dirs), path, sizeof(path));

		if (err == 0)
			err = remove_dir(path, 0);
		if (err < 0 && result == 0) {
			detail(c, path);
			result = err;
		}
	}
	return result;
}

/* What still lives in it is the container's, and dies with it. A dying process leaves its cgroup a moment late. */
int do_remove_cgroup(struct context *c, const struct remove_cgroup_args *a)
{
	int64_t end = monotonic_ms() + REMOVE_WAIT_MS;
	struct timespec pause = { 0, 50000 };
	int err;

	while ((err = remove_dirs(c, a->dirs)) == -EBUSY && monotonic_ms() < end) {
		signal_cgroups(c, a->dirs, SIGKILL);
		nanosleep(&pause, NULL);
		if (pause.tv_nsec < 20000000)
			pause.tv_nsec *= 2;
	}
	return err;
}

/* Levels above the container's own are removed only if this create made them. The init may be on its way into them. */
int undo_cgroup(struct context *c, const struct cgroup_args *a)
{
	struct texts dirs = a->dirs;
	uint8_t *made = c->made + (c->made_count -= dirs.count);
	int err = kill_init(c);

	if (c->dir >= 0 && !state_is_ours(c))
		return 0;
	for (uint32_t i = 0; i < dirs.count; i++) {
		struct remove_cgroup_args one = { .dirs = { dirs.in, 1 } };
		struct text text = next_text(&dirs);
		char path[PATH_MAX];
		int failed = made[i] == 0 && c->pid == 0 ? 0 : do_remove_cgroup(c, &one);

		if (err == 0)
			err = failed;
		if (text_fill(c, text, path, sizeof(path)) < 0)
			continue;
		for (; made[i] > 1; made[i]--) {
			*strrchr(path, '/') = 0;
			rmdir(path);
		}
	}
	return err;
}

/*
 * A new v1 cpuset has no cpus and no mems, and no process can enter it: it takes its parent's, which may be new too (cpusets(7)).
 * `dir` is cut for a moment.
 */
static int inherit(char *dir, const char *file, int depth)
{
	char path[PATH_MAX], value[4096], *slash = strrchr(dir, '/');
	ssize_t n;
	int err = slash == NULL || depth > 32 ? -EINVAL : in_dir(path, dir, file);

	if (err < 0)
		return err;
	n = read_value(path, value, sizeof(value));
	if (n < 0 || (n > 0 && value[0] != '\n'))
		return n < 0 ? (int)n : 0;
	*slash = 0;
	err = in_dir(path, dir, file);
	n = err < 0 ? err : read_value(path, value, sizeof(value));
	if (n == 0 || (n == 1 && value[0] == '\n')) {
		err = inherit(dir, file, depth + 1);
		n = err < 0 ? err : read_value(path, value, sizeof(value));
	}
	*slash = '/';
	if (n < 0)
		return (int)n;
	err = in_dir(path, dir, file);
	return err < 0 ? err : write_value(path, value, (size_t)n);
}

int do_cpuset(struct context *c, const struct cpuset_args *a)
{
	char dir[PATH_MAX];
	int err = text_fill(c, a->dir, dir, sizeof(dir));

	if (err == 0)
		err = inherit(dir, "cpuset.cpus", 0);
	return err < 0 ? err : inherit(dir, "cpuset.mems", 0);
}

/* The files that the kernel names: one that this cgroup lacks belongs to a controller that it has not. */
int do_delegate(struct context *c, const struct delegate_args *a)
{
	char files[2048] = "cgroup.procs\ncgroup.subtree_control\ncgroup.threads\n", dir[PATH_MAX], path[PATH_MAX], *left;
	int err = text_fill(c, a->dir, dir, sizeof(dir));
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
