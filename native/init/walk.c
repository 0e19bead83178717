#include "init/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "init/open_files.h"
#include "shared/fd.h"
#include "shared/linux.h"

enum { MAX_LINKS = 40, REWRITTEN = 1 };

static void walk_up(struct walk *w, int depth)
{
	while (w->depth > depth)
		close(w->stack[--w->depth]);
}

/* Puts what a symlink says in front of what is left of the path. */
static int expand(struct walk *w, int link, const char *rest)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(link, "", target, sizeof(target) - 1);

	if (n < 0)
		return -errno;
	if (!w->follow || ++w->links > MAX_LINKS)
		return -ELOOP;
	target[n] = 0;
	if ((size_t)n + 1 + strlen(rest) + 1 > sizeof(w->path))
		return -ENAMETOOLONG;
	memmove(w->path + n + 1, rest, strlen(rest) + 1);
	memcpy(w->path, target, (size_t)n);
	w->path[n] = '/';
	if (target[0] == '/')
		walk_up(w, 1);
	return 0;
}

int make_component(int dir, const char *name, enum make make)
{
	cleanup_close int fd = -1;

	if (make == MAKE_DIR)
		return mkdirat(dir, name, 0755) < 0 && errno != EEXIST ? -errno : 0;
	fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (fd < 0)
		return errno == EEXIST ? 0 : -errno;
	return 0;
}

int open_component(int dir, const char *name)
{
	int fd = openat(dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

static bool is_up(const char *rest)
{
	return strncmp(rest, "..", 2) == 0 && (rest[2] == '/' || rest[2] == 0);
}

/* One component; REWRITTEN by a symlink, or STOPPED. */
static int step_into(struct walk *w, const char *name, const char *rest, enum make make)
{
	int dir = w->stack[w->depth - 1], err;
	cleanup_close int fd = open_component(dir, name);
	struct stat st;

	if (more_files(w->c, fd))
		fd = open_component(dir, name);
	if (fd == -ENOENT && make != MAKE_NOTHING) {
		err = make_component(dir, name, *rest != 0 ? MAKE_DIR : make);
		fd = err < 0 ? err : open_component(dir, name);
	}
	if (fd < 0)
		return fd;
	if (fstat(fd, &st) < 0)
		return -errno;
	if (S_ISLNK(st.st_mode)) {
		err = expand(w, fd, rest);
		return err < 0 ? err : REWRITTEN;
	}
	if (w->depth == MAX_DEPTH)
		return -ENAMETOOLONG;
	w->stack[w->depth++] = steal_fd(&fd);
	return w->stop != NULL && is_same_file(w->stop, &st) && !is_up(rest) ? STOPPED : 0;
}

static char *cut_component(char *at, char **rest)
{
	char *name = at + strspn(at, "/"), *end = name + strcspn(name, "/");

	*rest = end + strspn(end, "/");
	*end = 0;
	return name;
}

int walk_path(struct walk *w, enum make make)
{
	char *at = w->path;

	for (;;) {
		char *rest, name[NAME_MAX + 1], *cut = cut_component(at, &rest);
		int err;

		if (*cut == 0)
			return 0;
		if (strlen(cut) > NAME_MAX)
			return -ENAMETOOLONG;
		strcpy(name, cut);
		w->start = (size_t)(cut - w->path);
		w->end = w->start + strlen(cut);
		if (strcmp(name, "..") == 0)
			walk_up(w, w->depth > 1 ? w->depth - 1 : 1);
		err = strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ? 0 : step_into(w, name, rest, make);
		if (err == STOPPED)
			w->end = (size_t)(rest - w->path);
		if (err < 0 || err == STOPPED)
			return err;
		at = err == REWRITTEN ? w->path : rest;
	}
}

/* Nothing can lie below a file, so for ENOTDIR the component before is the reason. After a symlink the path is not the one that was asked for. */
void tell_component(struct init *c, const struct walk *w, const char *path, int err)
{
	size_t end = err == -ENOTDIR ? w->start : w->end;

	if (w->links != 0)
		return;
	if (err != -EACCES && err != -EPERM && err != -EROFS && err != -ENOTDIR && err != -ENOSPC)
		return;
	while (end > 1 && path[end - 1] == '/')
		end--;
	detail_bytes(&c->common, path, end);
}

int start_walk(struct walk *w, struct init *c, const char *path, int root)
{
	if (strlen(path) >= PATH_MAX)
		return -ENAMETOOLONG;
	w->c = c;
	w->depth = w->links = 0;
	w->start = w->end = 0;
	w->follow = true;
	w->stop = NULL;
	strcpy(w->path, path);
	root = fcntl(root, F_DUPFD_CLOEXEC, 0);
	if (root < 0)
		return -errno;
	w->stack[w->depth++] = root;
	return 0;
}

void end_walk(struct walk *w)
{
	walk_up(w, 0);
}
