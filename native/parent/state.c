#include "parent/state.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "parent/parent.h"
#include "parent/socket.h"
#include "shared/fd.h"
#include "shared/linux.h"
#include "shared/process.h"

enum { LOCK_WAIT_MS = 10000 };

/*
 * The sticky bit keeps the state where $XDG_RUNTIME_DIR is cleared of what is old (XDG Base Directory Specification).
 */
static int make_path(const char *path)
{
	char part[PATH_MAX];
	size_t size = strlen(path);

	if (size >= sizeof(part))
		return -ENAMETOOLONG;
	memcpy(part, path, size + 1);
	for (size_t i = 1; i <= size; i++) {
		if (part[i] != '/' && part[i] != 0)
			continue;
		part[i] = 0;
		if (mkdir(part, i == size ? 01700 : 0700) < 0 && errno != EEXIST)
			return -errno;
		part[i] = i == size ? 0 : '/';
	}
	return 0;
}

bool is_exposed(const char *path)
{
	char part[PATH_MAX];
	size_t size = strlen(path);
	struct stat st;

	/* In /run, where the machine's state is by default, only root can put anything. */
	if (strncmp(path, "/run/", 5) == 0 && strchr(path + 5, '/') == NULL)
		return false;
	if (size >= sizeof(part))
		return true;
	memcpy(part, path, size + 1);
	for (char *slash = part + size; (slash = memrchr(part, '/', (size_t)(slash - part))) != NULL && slash != part;) {
		*slash = 0;
		if (stat(part, &st) == 0 && (st.st_mode & (S_IWOTH | S_ISVTX)) == S_IWOTH)
			return true;
	}
	return false;
}

/* A folder that somebody else owns, may write to, or may put another in the place of, could hold state that lies. */
int state_root(struct parent *c, bool make)
{
	cleanup_close int fd = -1;
	struct stat st;

	if (c->state_root >= 0)
		return c->state_root;
	fd = open(c->common.root, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT && make) {
		int err = make_path(c->common.root);

		if (err < 0)
			return err;
		fd = open(c->common.root, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	}
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) == 0 && st.st_uid == geteuid() && (st.st_mode & 022) == 0 && !is_exposed(c->common.root)) {
		c->state_root = steal_fd(&fd);
		return c->state_root;
	}
	detail(&c->common, "the state root belongs to another user or others may write to it, or to a folder above it");
	return -EPERM;
}

int state_dir(struct parent *c)
{
	int root;

	if (c->dir >= 0)
		return c->dir;
	root = state_root(c, false);
	if (root < 0)
		return root;
	c->dir = openat(root, c->common.id, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (c->dir < 0)
		c->dir = -errno;
	return c->dir;
}

int state_is_ours(struct parent *c)
{
	struct stat there, here;
	int root = state_root(c, false);

	if (root < 0)
		return root;
	if (fstatat(root, c->common.id, &there, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : -errno;
	return fstat(c->dir, &here) < 0 ? -errno : is_same_file(&there, &here);
}

int lock_state(struct parent *c)
{
	int64_t end = monotonic_ms() + LOCK_WAIT_MS;
	struct timespec pause = { 0, 5000000 };
	int ours;

	while (flock(c->dir, LOCK_EX | LOCK_NB) < 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return -errno;
		if (monotonic_ms() > end) {
			detail(&c->common, "another command works on this container");
			return -EBUSY;
		}
		nanosleep(&pause, NULL);
	}
	ours = state_is_ours(c);
	return ours < 0 ? ours : ours ? 0 : -ENOENT;
}

int socket_below(int dir, const char *name, struct sockaddr_un *address)
{
	int n;

	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	n = snprintf(address->sun_path, sizeof(address->sun_path), "/proc/self/fd/%d/%s", dir, name);
	return n < 0 || (size_t)n >= sizeof(address->sun_path) ? -ENAMETOOLONG : 0;
}

int socket_in(struct parent *c, const char *name, struct sockaddr_un *address)
{
	int dir = state_dir(c);

	return dir < 0 ? dir : socket_below(dir, name, address);
}

int connect_start(struct parent *c, const char *name)
{
	struct sockaddr_un address;
	cleanup_close int fd = -1;
	int err = socket_in(c, name, &address);

	if (err < 0)
		return err;
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	err = connect_in_time(&c->common, fd, &address);
	return err < 0 ? err : steal_fd(&fd);
}
