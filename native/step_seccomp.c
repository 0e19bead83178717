#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "linux.h"
#include "message.h"
#include "steps.gen.h"

enum { SET_MODE_FILTER = 1, FLAG_NEW_LISTENER = 8, CAP_VERSION_3 = 0x20080522 };

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

/* A user that is not root keeps its capabilities as permitted only; the kernel asks for an effective one. */
static int raise_permitted(void)
{
	struct {
		uint32_t version;
		int pid;
	} head = { CAP_VERSION_3, 0 };
	uint32_t data[6];	/* effective, permitted, inheritable: the low words, then the high ones */
	int err = SYS(SYS_capget, &head, data);

	data[0] = data[1];
	data[3] = data[4];
	return err < 0 ? err : SYS(SYS_capset, &head, data);
}

int do_seccomp(struct context *c, const struct seccomp_args *a)
{
	struct sock_fprog_ program = { (unsigned short)(a->filter.size / 8), a->filter.bytes };
	int err = a->raise ? raise_permitted() : 0;

	if (err == 0 && a->notify)
		err = announce(c);
	if (err < 0)
		return err;
	err = SYS(SYS_seccomp, SET_MODE_FILTER, a->flags | (a->notify ? FLAG_NEW_LISTENER : 0), &program);
	return err < 0 ? err : 0;
}
