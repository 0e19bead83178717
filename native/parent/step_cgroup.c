#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "parent/cgroup.h"
#include "parent/child.h"
#include "parent/made.h"
#include "parent/steps.gen.h"
#include "parent/value.h"
#include "shared/fd.h"

enum { MODE = 0755 };

/* A cgroup that has processes in it or below it, or that is frozen, belongs to somebody else, and would stop or starve the container. */
static int check_unused(struct parent *c, const char *dir)
{
	char path[PATH_MAX], text[64];
	cleanup_close int fd = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int populated = fd < 0 ? -errno : is_populated(fd);

	if (populated < 0)
		return populated;
	if (populated) {
		detail(&c->common, "container's cgroup is not empty");
		return -EBUSY;
	}
	if ((file_in(path, dir, "freezer.state") == 0 && read_value(path, text, sizeof(text)) > 0 && text[0] == 'F') ||
	    (file_in(path, dir, "cgroup.freeze") == 0 && read_value(path, text, sizeof(text)) > 0 && text[0] == '1')) {
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
		if (mkdir(path, MODE) == 0) {
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

/* This is written before a cgroup is made: if a command finds only this line, the cgroup may exist, and no process is in it. */
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

/* What the umask of the caller has taken: processes of the container that are not root may look into its cgroup. The path is cut. */
static int open_levels(char *path, uint32_t made)
{
	for (char *slash = path; made > 0 && slash != NULL; made--) {
		if (chmod(path, MODE) < 0)
			return -errno;
		slash = strrchr(path, '/');
		if (slash != NULL)
			*slash = 0;
	}
	return 0;
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
	c->inodes[at] = IF_EMPTY; /* as long as it is not known */
	if (lstat(path, &st) < 0)
		return -errno;
	c->inodes[at] = st.st_ino;
	return (st.st_mode & MODE) == MODE ? 0 : open_levels(path, c->levels[at]);
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
		err = file_in(path, dir, file);
		if (err == 0 && lchown(path, a->uid, a->gid) < 0 && errno != ENOENT)
			err = -errno;
	}
	return err;
}

static int remove_all_made(struct parent *c, const struct cgroup_args *a)
{
	struct texts dirs = a->dirs;
	int result = 0;

	for (uint32_t i = 0; i < dirs.count; i++) {
		struct text dir = next_text(&dirs);
		uint32_t index = u32_at(a->at, i);
		int err = index < MAX_CGROUPS ? remove_made(c, dir, index) : 0;

		if (result == 0 || err == -EBUSY)
			result = err;
	}
	return result;
}

/* The init may be on its way into them. */
int undo_cgroup(struct parent *c, const struct cgroup_args *a)
{
	int killed = kill_init(c), err;

	while ((err = remove_all_made(c, a)) == -EBUSY && may_wait(c))
		;
	return killed < 0 ? killed : err;
}

static int remove_all(struct parent *c, const struct remove_cgroup_args *a)
{
	struct texts dirs = a->dirs;
	char path[PATH_MAX];
	int result = 0;

	for (uint32_t i = 0, count = dirs.count; i < count; i++) {
		int err = text_fill(&c->common, next_text(&dirs), path, sizeof(path));

		if (err == 0)
			err = remove_recorded(path, a->inodes, i);
		if (err < 0 && (result == 0 || err == -EBUSY)) {
			detail(&c->common, path);
			result = err;
		}
	}
	return result;
}

int do_remove_cgroup(struct parent *c, const struct remove_cgroup_args *a)
{
	int err;

	while ((err = remove_all(c, a)) == -EBUSY && may_wait(c))
		;
	return err;
}
