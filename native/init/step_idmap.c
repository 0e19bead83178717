#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "init/mounts.h"
#include "init/slots.h"
#include "init/steps.gen.h"
#include "shared/fd.h"
#include "shared/linux.h"
#include "shared/string_buffer.h"

/* A file of the process in `proc`. */
static int open_of(int proc, pid_t pid, const char *file, int flags)
{
	char path[64];
	int fd;

	proc_path(path, pid, file);
	fd = openat(proc, path + sizeof("/proc/") - 1, flags | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int write_map(int proc, pid_t pid, const char *file, const char *map)
{
	cleanup_close int fd = open_of(proc, pid, file, O_WRONLY);

	if (fd < 0)
		return fd;
	return write(fd, map, strlen(map)) < 0 ? -errno : 0;
}

/* The child dies with the init, and holds nothing of it: the parent hears of the init's end by that of its socket. */
static _Noreturn void wait_to_be_killed(pid_t parent)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || SYS(SYS_close_range, 0, ~0U, 0) < 0 || getppid() != parent)
		_exit(1);
	for (;;)
		pause();
}

/*
 * A user namespace that exists only for its maps: a mount keeps it alive. The child waits for its end. Where the init was born
 * into a pid namespace, the host's /proc knows the child by another number: hence a procfs of our own.
 */
static int map_namespace(const char *uids, const char *gids)
{
	struct clone_args_ args = { .flags = CLONE_NEWUSER };
	cleanup_close int proc = private_procfs();
	pid_t pid, own = getpid();
	int fd, status;

	if (proc < 0)
		return proc;
	pid = SYS(SYS_clone3, &args, sizeof(args));
	if (pid == 0)
		wait_to_be_killed(own);
	if (pid < 0)
		return pid;
	fd = write_map(proc, pid, "gid_map", gids);
	if (fd == 0)
		fd = write_map(proc, pid, "uid_map", uids);
	if (fd == 0)
		fd = open_of(proc, pid, "ns/user", O_RDONLY);
	kill(pid, SIGKILL);
	waitpid(pid, &status, __WALL);
	return fd;
}

/* mount_setattr(2), ID-mapped mounts: the tree must not be attached yet, and the file system must know how (Linux 5.12). */
int do_idmap_source(struct init *c, const struct idmap_source_args *a)
{
	int tree = slot_fd(c, a->slot);
	cleanup_close int fd = tree < 0 ? tree : map_namespace(a->uids, a->gids);
	struct mount_attr_ attr = { .attr_set = MOUNT_ATTR_IDMAP_, .userns_fd = (uint64_t)fd };

	if (fd < 0)
		return fd;
	return SYS(SYS_mount_setattr, tree, "", AT_EMPTY_PATH_ | (a->recursive ? AT_RECURSIVE_ : 0), &attr, sizeof(attr));
}
