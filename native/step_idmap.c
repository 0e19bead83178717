#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "linux.h"
#include "process.h"
#include "steps.gen.h"
#include "tree.h"
#include "words.h"

static int write_map(pid_t pid, const char *file, const char *map)
{
	char path[64];
	int fd, err;

	proc_path(path, pid, file);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	err = fd < 0 || write(fd, map, strlen(map)) < 0 ? -errno : 0;
	if (fd >= 0)
		close(fd);
	return err;
}

/* A user namespace that exists only for its maps: a mount keeps it alive. The child waits for its end. */
static int map_namespace(const char *uids, const char *gids)
{
	struct clone_args_ args = { .flags = CLONE_NEWUSER };
	char path[64];
	int fd = -1, err, status;
	pid_t pid = SYS(SYS_clone3, &args, sizeof(args));

	if (pid == 0)
		for (;;)
			pause();
	if (pid < 0)
		return pid;
	err = write_map(pid, "gid_map", gids);
	if (err == 0)
		err = write_map(pid, "uid_map", uids);
	if (err == 0) {
		proc_path(path, pid, "ns/user");
		fd = open(path, O_RDONLY | O_CLOEXEC);
		err = fd < 0 ? -errno : 0;
	}
	kill(pid, SIGKILL);
	waitpid(pid, &status, __WALL);
	return err < 0 ? err : fd;
}

/* mount_setattr(2), ID-mapped mounts: the tree must not be attached yet, and the file system must know how (Linux 5.12). */
int do_idmap_source(struct context *c, const struct idmap_source_args *a)
{
	int tree = slot_fd(c, a->slot), fd = tree < 0 ? tree : map_namespace(a->uids, a->gids), err;
	struct mount_attr_ attr = { .attr_set = MOUNT_ATTR_IDMAP_, .userns_fd = (uint64_t)fd };

	if (fd < 0)
		return fd;
	err = SYS(SYS_mount_setattr, tree, "", AT_EMPTY_PATH_ | (a->recursive ? AT_RECURSIVE_ : 0), &attr, sizeof(attr));
	close(fd);
	return err;
}
