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

enum { RETRIES = 200 };

static int walk_to(struct init *c, const char *path, enum make make, bool follow)
{
	bool raised = c->common.files.rlim_max != 0;
	struct walk w; /* large: most of it stays untouched */
	int fd, err = start_walk(&w, c, path, c->root_fd);

	if (err < 0)
		return err;
	w.follow = follow;
	err = walk_path(&w, make);
	tell_component(c, &w, path, err);
	fd = err < 0 ? err : w.stack[--w.depth];
	end_walk(&w);
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
	err = make_component(dir, name, make);
	fd = err < 0 ? err : open_component(dir, name);
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

	if (top >= 0 && stat(".", &here) == 0 && start_walk(&w, c, path, top) == 0) {
		w.stop = &here;
		found = walk_path(&w, MAKE_NOTHING) == STOPPED && strlen(w.path + w.end) + 2 <= PATH_MAX;
		if (found) {
			rest[0] = '/';
			strcpy(rest + 1, w.path + w.end);
		}
		end_walk(&w);
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
