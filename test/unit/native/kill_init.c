/*
 * An init that has forked is killed before its child has reported this: kill_init must end and reap both. `early`: the message arrives while the
 * first process runs; `late`: some time after its death; `silent`: there is no child. Prints the result of kill_init, and the number of children left.
 */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "parent/child.h"
#include "parent/parent.h"
#include "shared/linux.h"
#include "wire/message.h"

static void second(struct common *c, unsigned int pause_ms)
{
	char byte;

	usleep(pause_ms * 1000);
	send_message(c, PID, getpid());
	if (recv(c->sock, &byte, 1, 0) == 0) /* it would get its turn here */
		for (;;)
			pause();
	_exit(0);
}

static void first(struct common *c, bool forks, unsigned int pause_ms)
{
	struct clone_args_ args = { .flags = CLONE_PARENT };

	if (forks && SYS(SYS_clone3, &args, sizeof(args)) == 0)
		second(c, pause_ms);
	for (;;)
		pause();
}

static void kill_one(const char *name, bool forks, unsigned int pause_ms, unsigned int wait_ms)
{
	static const struct process init = { INIT, NULL, NULL, NULL, NULL };
	struct parent c = { .common.sock = -1, .pidfd = -1, .exit_status = -1 };
	struct clone_args_ args = { .flags = CLONE_PIDFD_, .pidfd = (uint64_t)(uintptr_t)&c.pidfd };
	int pair[2], err, left = 0;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return;
	c.common.pid = SYS(SYS_clone3, &args, sizeof(args));
	if (c.common.pid == 0) {
		struct common own = { .process = &init, .sock = pair[1] };

		close(pair[0]);
		first(&own, forks, pause_ms);
	}
	close(pair[1]);
	c.common.sock = pair[0];
	usleep(wait_ms * 1000);
	err = kill_init(&c);
	for (int i = 0; i < 10; i++, usleep(10000))
		while (waitpid(-1, NULL, __WALL | WNOHANG) > 0)
			left++;
	printf("%s: %d, status %d, %d left\n", name, err, c.exit_status, left);
	close(c.pidfd);
}

int main(void)
{
	alarm(20);
	kill_one("early", true, 0, 100);
	kill_one("late", true, 200, 100);
	kill_one("silent", false, 0, 100);
	return 0;
}
