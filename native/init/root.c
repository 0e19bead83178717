#include "init/root.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "init/open_files.h"
#include "shared/fd.h"
#include "shared/linux.h"

enum { MAX_DEPTH = PATH_MAX, MAX_LINKS = 40, RETRIES = 200, REWRITTEN = 1, STOPPED = 2 };

/*
 * A walk for paths that do not exist yet. Every component is opened by itself and nothing is followed by the kernel; ".." goes
 * back to a descriptor that was reached from the root, so no rename can lead outside (CVE-2024-45310 and its kin).
 */
struct walk {
	struct init *c;
	int stack[MAX_DEPTH];
	int depth;
	int links;
	bool follow;
	size_t start, end;	 /* of the component at which the walk is */
	const struct stat *stop; /* the folder at which it ends */
	char path[PATH_MAX * 2];
};

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

static int make_one(int dir, const char *name, enum make make)
{
	cleanup_close int fd = -1;

	if (make == MAKE_DIR)
		return mkdirat(dir, name, 0755) < 0 && errno != EEXIST ? -errno : 0;
	fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (fd < 0)
		return errno == EEXIST ? 0 : -errno;
	return 0;
}

static int open_one(int dir, const char *name)
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
	cleanup_close int fd = open_one(dir, name);
	struct stat st;

	if (more_files(w->c, fd))
		fd = open_one(dir, name);
	if (fd == -ENOENT && make != MAKE_NOTHING) {
		err = make_one(dir, name, *rest != 0 ? MAKE_DIR : make);
		fd = err < 0 ? err : open_one(dir, name);
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

static int walk(struct walk *w, enum make make)
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
static void tell_component(struct init *c, const struct walk *w, const char *path, int err)
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

static int walk_start(struct walk *w, struct init *c, const char *path, int root)
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

static int walk_to(struct init *c, const char *path, enum make make, bool follow)
{
	bool raised = c->common.files.rlim_max != 0;
	struct walk w; /* large: most of it stays untouched */
	int fd, err = walk_start(&w, c, path, c->root_fd);

	if (err < 0)
		return err;
	w.follow = follow;
	err = walk(&w, make);
	tell_component(c, &w, path, err);
	fd = err < 0 ? err : w.stack[--w.depth];
	walk_up(&w, 0);
	err = raised ? 0 : usual_files(c);
	return fd < 0 || err == 0 ? fd : err;
}

/* EAGAIN: something was renamed meanwhile, and the kernel could not judge a "..". Somebody may do so on purpose, so this is not tried for ever. */
static int resolve_as(struct init *c, const char *path, uint64_t how_resolve, int flags)
{
	struct open_how_ how = { (uint64_t)(O_PATH | O_CLOEXEC | flags), 0, how_resolve | RESOLVE_IN_ROOT_ | RESOLVE_NO_MAGICLINKS_ };
	struct timespec pause = { 0, 500000 };
	int fd;

	for (int i = 0; (fd = SYS(SYS_openat2, c->root_fd, path, &how, sizeof(how))) == -EAGAIN && i < RETRIES; i++)
		nanosleep(&pause, NULL);
	return fd;
}

static int resolve(struct init *c, const char *path, uint64_t how_resolve)
{
	return resolve_as(c, path, how_resolve, 0);
}

/* The last component of a path, and the folder before it. */
static int split(const char *path, char folder[PATH_MAX], const char **name)
{
	const char *slash = strrchr(path, '/');
	size_t size = slash == NULL ? 0 : (size_t)(slash - path);

	*name = slash == NULL ? path : slash + 1;
	if (size >= PATH_MAX || **name == 0)
		return -EINVAL;
	memcpy(folder, path, size);
	strcpy(folder + size, size == 0 ? "/" : "");
	return 0;
}

/* Where only the last component is missing, the kernel finds the folder at once; else it takes a walk. */
static int make_last(struct init *c, const char *path, enum make make, bool follow)
{
	char folder[PATH_MAX];
	const char *name;
	cleanup_close int dir = -1, fd = -1;
	int err = split(path, folder, &name);
	struct stat st;

	if (err < 0 || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return -ENOENT;
	dir = resolve(c, folder, follow ? 0 : RESOLVE_NO_SYMLINKS_);
	if (dir < 0)
		return dir;
	err = make_one(dir, name, make);
	fd = err < 0 ? err : open_one(dir, name);
	if (fd < 0 || (fstat(fd, &st) == 0 && !S_ISLNK(st.st_mode)))
		return steal_fd(&fd);
	return -ELOOP;
}

int make_in_root(struct init *c, const char *path, enum make make, bool follow)
{
	int fd = make_last(c, path, make, follow);

	return fd < 0 ? walk_to(c, path, make, follow) : fd;
}

/* Where a mount point cannot be had, the walk tells which component is the reason. */
static int make_or_tell(struct init *c, const char *path, enum make make, bool follow, int fd)
{
	bool missing = fd == -ENOENT || fd == -ENOTDIR || fd == -EACCES;

	return missing && make != MAKE_NOTHING ? make_in_root(c, path, make, follow) : fd;
}

int open_in_root(struct init *c, const char *path, enum make make)
{
	return make_or_tell(c, path, make, true, resolve(c, path, 0));
}

int open_last(struct init *c, const char *path, enum make make)
{
	int fd = resolve_as(c, path, 0, O_NOFOLLOW);

	return make_or_tell(c, path, make, true, fd);
}

/* Whether a path of the host leads into the folder in which this process stands; what is left of it in there. */
static bool leads_here(struct init *c, const char *path, char rest[PATH_MAX])
{
	struct stat here;
	struct walk w; /* large: most of it stays untouched */
	cleanup_close int top = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	bool found = false;

	if (top >= 0 && stat(".", &here) == 0 && walk_start(&w, c, path, top) == 0) {
		w.stop = &here;
		found = walk(&w, MAKE_NOTHING) == STOPPED && strlen(w.path + w.end) + 2 <= PATH_MAX;
		if (found) {
			rest[0] = '/';
			strcpy(rest + 1, w.path + w.end);
		}
		walk_up(&w, 0);
	}
	return found;
}

int open_on_host(struct init *c, const char *path, bool nofollow)
{
	uint64_t flags = O_PATH | O_CLOEXEC | (nofollow ? O_NOFOLLOW : 0);
	struct open_how_ how = { flags, 0, RESOLVE_NO_SYMLINKS_ };
	int fd = SYS(SYS_openat2, AT_FDCWD, path, &how, sizeof(how)), kept = c->root_fd;
	char rest[PATH_MAX];

	if (fd != -ELOOP)
		return fd;
	if (!leads_here(c, path, rest))
		return SYS(SYS_openat, AT_FDCWD, path, (int)flags);
	c->root_fd = AT_FDCWD;
	fd = nofollow ? open_last(c, rest, MAKE_NOTHING) : open_in_root(c, rest, MAKE_NOTHING);
	c->root_fd = kept;
	return fd;
}

int open_no_symlinks(struct init *c, const char *path, enum make make)
{
	return make_or_tell(c, path, make, false, resolve(c, path, RESOLVE_NO_SYMLINKS_));
}

int open_parent(struct init *c, const char *path, const char **name)
{
	char folder[PATH_MAX];
	int err = split(path, folder, name);

	return err < 0 ? err : open_in_root(c, folder, MAKE_DIR);
}

int is_kernels(int fd)
{
	static const unsigned int kinds[] = {
		PROC_MAGIC, SYSFS_MAGIC, CGROUP_MAGIC, CGROUP2_MAGIC, TRACEFS_MAGIC, DEBUGFS_MAGIC, SECURITYFS_MAGIC, BPF_MAGIC, EFIVARFS_MAGIC,
	};
	struct statfs fs;

	if (fstatfs(fd, &fs) < 0)
		return -errno;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if ((unsigned int)fs.f_type == kinds[i])
			return 1;
	return 0;
}
