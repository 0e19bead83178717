#include <errno.h>
#include <poll.h>
#include <sys/ioctl.h>

#include "parent/functions.h"
#include "shared/linux.h"
#include "shared/process.h"

/* How a process ended that is not a child of ours (linux/pidfd.h). */

struct info {
	uint64_t mask, cgroup;
	uint32_t ids[11];
	int32_t exit_code; /* as wait(2) has it; since Linux 6.15, once it has been reaped */
};

#define GET_INFO _IOWR(0xFF, 11, struct info)
#define INFO_EXIT (1ULL << 3)

int32_t native_ending(int32_t pidfd)
{
	struct info info = { .mask = INFO_EXIT };

	int err = SYS(SYS_ioctl, pidfd, GET_INFO, &info);

	if (err < 0)
		return err;
	return info.mask & INFO_EXIT ? info.exit_code & 0xffff : -EAGAIN;
}

/* Nothing is asked for but POLLHUP where it is to be reaped, too: that is what its pidfd says then. */
int32_t native_await(int32_t pidfd, int32_t reaped, int32_t milliseconds)
{
	const int64_t deadline = deadline_in(milliseconds);

	for (;;) {
		struct pollfd fds[] = { { pidfd, reaped ? 0 : POLLIN, 0 }, { default_cancel, POLLIN, 0 } };
		int n = poll(fds, 2, deadline_left(deadline));

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n == 0)
			return -ETIMEDOUT;
		if (n > 0 && fds[0].revents)
			return 0;
		if (n > 0 && fds[1].revents && asks_to_end(default_cancel))
			return -ECANCELED;
	}
}
