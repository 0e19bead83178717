#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "parent/notify.h"
#include "parent/state.h"
#include "parent/steps.gen.h"
#include "shared/fd.h"
#include "shared/process.h"

#define SOCKET_NAME "notify/notify.sock"

int do_notify_folder(struct parent *c)
{
	int dir = state_dir(c);

	if (dir < 0)
		return dir;
	return mkdirat(dir, "notify", 0755) < 0 || fchmodat(dir, "notify", 0755, 0) < 0 ? -errno : 0;
}

/* With @ the name is an abstract one (unix(7)). */
static int connect_manager(struct parent *c, const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t size = strlen(path);

	if (size >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	memcpy(address.sun_path, path, size);
	if (path[0] == '@')
		address.sun_path[0] = 0;
	else
		size++;
	c->manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (c->manager < 0 || connect(c->manager, (struct sockaddr *)&address, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size)) < 0)
		return -errno;
	return 0;
}

/* One that is there is of a start that has failed. Whatever user the process is, it may write to it. */
static int make_socket(struct parent *c)
{
	struct sockaddr_un address;
	int err = socket_in(c, SOCKET_NAME, &address);

	if (err < 0)
		return err;
	if (unlinkat(c->dir, SOCKET_NAME, 0) < 0 && errno != ENOENT)
		return -errno;
	c->notify = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (c->notify < 0 || bind(c->notify, (struct sockaddr *)&address, sizeof(address)) < 0)
		return -errno;
	return fchmodat(c->dir, SOCKET_NAME, 0777, 0) < 0 ? -errno : 0;
}

int do_notify_socket(struct parent *c, const struct notify_socket_args *a)
{
	int err = connect_manager(c, a->path);

	c->notify_index = c->common.index;
	return err < 0 ? err : make_socket(c);
}

int do_unlock(struct parent *c)
{
	c->unlocked = true;
	return flock(c->dir, LOCK_UN) < 0 ? -errno : 0;
}

/* A process that ends without a word has been started all the same. */
int do_notify(struct parent *c, const struct notify_args *a)
{
	cleanup_close int pidfd = a->pid == 0 ? -1 : open_process((pid_t)a->pid, a->start_time);
	struct pollfd p[] = { { .fd = a->pid == 0 ? c->pidfd : pidfd, .events = POLLIN },
			      { .fd = c->common.cancel, .events = POLLIN },
			      { .fd = c->notify, .events = POLLIN } };
	pid_t pid = a->pid == 0 ? c->common.pid : (pid_t)a->pid;

	if (a->pid != 0 && pidfd < 0)
		return pidfd == -ESRCH ? 0 : pidfd;
	for (;;) {
		if (poll(p, sizeof(p) / sizeof(*p), -1) < 0 && errno != EINTR)
			return -errno;
		if (p[1].revents != 0 && asks_to_end(c->common.cancel))
			return -ECANCELED;
		if (p[2].revents != 0 && take_notification(c, pid))
			return await_manager(c);
		if (c->notify < 0 || (p[2].revents == 0 && p[0].revents != 0))
			return 0;
	}
}
