#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "parent/functions.h"
#include "shared/fd.h"
#include "shared/process.h"

/* What happens to a container, as descriptors that turn readable. */

enum { MOST_FDS = 8 };

int32_t native_ticks(int32_t milliseconds)
{
	cleanup_close int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	const struct timespec each = { milliseconds / 1000, (long)(milliseconds % 1000) * 1000000 };
	const struct itimerspec timer = { .it_interval = each, .it_value = each };

	if (fd < 0 || timerfd_settime(fd, 0, &timer, NULL) < 0)
		return -errno;
	return steal_fd(&fd);
}

/* cgroup v1, Documentation/admin-guide/cgroup-v1/memory.rst, OOM control: whoever is registered there is told. */
static int32_t registered(int folder)
{
	cleanup_close int control = openat(folder, "memory.oom_control", O_RDONLY | O_CLOEXEC);
	cleanup_close int registry = openat(folder, "cgroup.event_control", O_WRONLY | O_CLOEXEC);
	cleanup_close int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	char words[32];
	int err;

	if (control < 0 || registry < 0 || fd < 0)
		return -errno;
	err = write_all(registry, words, (size_t)snprintf(words, sizeof(words), "%d %d", fd, control));
	return err < 0 ? err : steal_fd(&fd);
}

/* v2: memory.events counts them, and each change of it is a modification (cgroup-v2.rst). */
int32_t native_ooms(const char *folder)
{
	cleanup_close int dir = open(folder, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	cleanup_close int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	char path[64];

	if (dir < 0 || fd < 0)
		return -errno;
	snprintf(path, sizeof(path), "/proc/self/fd/%d/memory.events", dir);
	if (inotify_add_watch(fd, path, IN_MODIFY) >= 0)
		return steal_fd(&fd);
	return errno == ENOENT ? registered(dir) : -errno;
}

/* A pidfd is readable, but has nothing to read. */
static void take(int fd)
{
	char bytes[4096];

	(void)!read(fd, bytes, sizeof(bytes));
}

int32_t native_ready(const int32_t *fds, uint32_t count)
{
	struct pollfd all[MOST_FDS + 1] = { { default_cancel, POLLIN, 0 } };

	if (count > MOST_FDS)
		return -EINVAL;
	for (uint32_t i = 0; i < count; i++)
		all[i + 1] = (struct pollfd){ fds[i], POLLIN, 0 };
	for (;;) {
		int n = poll(all, count + 1, -1);

		if (n < 0 && errno != EINTR)
			return -errno;
		/* First: one of the others may be readable all the time. */
		if (n > 0 && all[0].revents && asks_to_end(default_cancel))
			return -ECANCELED;
		for (uint32_t i = 0; n > 0 && i < count; i++)
			if (all[i + 1].revents) {
				take(fds[i]);
				return (int32_t)i;
			}
	}
}
