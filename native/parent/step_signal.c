#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "parent/cgroup.h"
#include "parent/cgroup_walk.h"
#include "parent/child.h"
#include "parent/made.h"
#include "parent/steps.gen.h"
#include "shared/fd.h"
#include "shared/linux.h"
#include "shared/process.h"

enum { PATIENT_MS = 50 };

static int signal_process(uint32_t pid, uint64_t started, uint32_t sig)
{
	cleanup_close int pidfd = open_process((pid_t)pid, started);

	return pidfd < 0 ? pidfd : SYS(SYS_pidfd_send_signal, pidfd, sig, NULL, 0);
}

int do_signal(struct parent *c, const struct signal_args *a)
{
	int err = signal_process(a->pid, a->start_time, a->signal);

	(void)c;
	return a->lenient && err == -ESRCH ? 0 : err;
}

/*
 * Some processes die late. A process that is frozen on v1 dies when it is thawed. An init dies when all processes of its pid namespace are
 * dead, and one of them may be frozen in a cgroup that the container has made. So after a moment all processes of the container are killed
 * again, and thawed.
 */
static void help_to_die(struct parent *c, struct texts dirs, struct strs inodes)
{
	char path[PATH_MAX];

	for (uint32_t i = 0, all = dirs.count; i < all; i++) {
		int err = text_fill(&c->common, next_text(&dirs), path, sizeof(path));
		cleanup_close int fd = err < 0 ? err : open_recorded(path, inodes, i);

		if (fd >= 0)
			kill_members(fd);
	}
}

int do_wait_for_exit(struct parent *c, const struct wait_for_exit_args *a)
{
	cleanup_close int pidfd = open_process((pid_t)a->pid, a->start_time);
	int ready = 0;
	const int64_t deadline = deadline_in(a->timeout);

	if (pidfd < 0)
		return pidfd == -ESRCH ? 0 : pidfd;
	for (int pause = PATIENT_MS; ready == 0; pause = pause < 1000 ? pause * 2 : pause) {
		int left = deadline_left(deadline);

		if (left == 0)
			break;
		ready = wait_readable(pidfd, c->common.cancel, deadline_in(pause < left ? pause : left));
		if (ready == 0)
			help_to_die(c, a->dirs, a->inodes);
	}
	return ready < 0 ? ready : ready ? 0 : -ETIMEDOUT;
}

int do_thaw(struct parent *c, const struct thaw_args *a)
{
	char path[PATH_MAX];
	cleanup_close int fd = -1;
	int err = text_fill(&c->common, a->dir, path, sizeof(path));

	if (err < 0)
		return err;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	return thaw_cgroups(fd);
}

static int signal_below(int top, int sig)
{
	struct shot shot = { sig, 0, 0 };
	int err = walk_cgroups(top, signal_members, &shot);

	return err < 0 ? err : shot.err < 0 ? shot.err : shot.count;
}

/* Every hierarchy lists the same processes: the first that lists any is enough. The dead are not waited for. */
int do_signal_all(struct parent *c, const struct signal_all_args *a)
{
	struct texts dirs = a->dirs;
	char path[PATH_MAX];
	int count = -ESRCH;

	for (uint32_t i = 0, all = dirs.count; i < all && count <= 0; i++) {
		int err = text_fill(&c->common, next_text(&dirs), path, sizeof(path));
		cleanup_close int fd = err < 0 ? err : open_recorded(path, a->inodes, i);

		if (fd < 0) {
			if (fd != -ENOENT && fd != -ESTALE)
				count = fd;
			continue;
		}
		if (a->signal == SIGKILL) {
			count = is_populated(fd);
			err = kill_members(fd);
			if (err < 0 && count != 0)
				count = err;
		} else {
			count = signal_below(fd, (int)a->signal);
		}
	}
	/* Not twice, but for SIGKILL, of which nobody can tell. */
	if (a->pid != 0 && (a->signal == SIGKILL || count == 0 || count == -ESRCH)) {
		int err = signal_process(a->pid, a->start_time, a->signal);

		if (err != -ESRCH && (count == 0 || count == -ESRCH))
			count = err < 0 ? err : 1;
	}
	return count < 0 ? count : count > 0 ? 0 : -ESRCH;
}
