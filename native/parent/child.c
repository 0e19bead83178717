#include "parent/child.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "parent/parent.h"
#include "shared/fd.h"
#include "shared/linux.h"
#include "shared/process.h"

enum { KILL_WAIT_MS = 10000 };

/* Whoever has the init's socket may name any process: one that is not ours must get no signal of ours. */
static int check_child(int pidfd)
{
	siginfo_t info;

	return waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) < 0 ? -errno : 0;
}

int adopt(struct parent *c, pid_t pid)
{
	int pidfd = SYS(SYS_pidfd_open, pid, 0), err;

	if (pidfd < 0)
		return pidfd;
	err = check_child(pidfd);
	if (err < 0) {
		close(pidfd);
		return err;
	}
	err = reap_child(c->common.pid);
	close_fd(&c->pidfd);
	c->pidfd = pidfd;
	c->common.pid = pid;
	return err < 0 ? err : start_time(pid, &c->start_time);
}

int kill_init(struct parent *c)
{
	int ready;

	close_fd(&c->common.sock); /* an init that waits for its turn ends at the end of this file */
	c->common.sock = -1;
	if (c->common.pid <= 0 || c->exit_status >= 0)
		return 0;
	SYS(SYS_pidfd_send_signal, c->pidfd, SIGKILL, NULL, 0);
	ready = wait_readable(c->pidfd, -1, deadline_in(KILL_WAIT_MS));
	if (ready != 1)
		return ready < 0 ? ready : -ETIMEDOUT;
	c->exit_status = reap_child(c->common.pid);
	return c->exit_status < 0 ? c->exit_status : 0;
}
