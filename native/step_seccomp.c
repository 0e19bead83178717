#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "linux.h"
#include "message.h"
#include "steps.gen.h"

enum { SET_MODE_FILTER = 1, FLAG_NEW_LISTENER = 8 };

struct sock_fprog_ {
	unsigned short count;
	const void *filter;
};

/*
 * From the moment the filter holds, every call of ours is subject to it, and one that waits for the agent would wait for ever. So
 * the parent is told before which number the listener will get, the lowest that is free, and takes it by itself (pidfd_getfd(2)).
 */
static int announce(struct context *c)
{
	int free_fd = fcntl(c->sock, F_DUPFD_CLOEXEC, 0);

	if (free_fd < 0)
		return -errno;
	close(free_fd);
	return send_message(c, LISTENER, free_fd);
}

int do_seccomp(struct context *c, const struct seccomp_args *a)
{
	struct sock_fprog_ program = { (unsigned short)(a->filter.size / 8), a->filter.bytes };
	int err = a->notify ? announce(c) : 0;

	if (err < 0)
		return err;
	err = SYS(SYS_seccomp, SET_MODE_FILTER, a->flags | (a->notify ? FLAG_NEW_LISTENER : 0), &program);
	return err < 0 ? err : 0;
}
