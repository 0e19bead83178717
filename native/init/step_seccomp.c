#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "init/steps.gen.h"
#include "shared/caps.h"
#include "shared/linux.h"
#include "wire/message.h"

enum { SET_MODE_FILTER = 1, FLAG_NEW_LISTENER = 8, TURNS = 1 << 28 };

struct sock_fprog_ {
	unsigned short count;
	const void *filter;
};

/*
 * From the moment the filter holds, every call of ours is subject to it, and one that waits for the agent would wait for ever. So
 * the parent is told before which number the listener will get, the lowest that is free, and takes it by itself (pidfd_getfd(2)).
 */
static int announce(struct init *c, const volatile uint32_t *taken)
{
	uint64_t address = (uintptr_t)taken;
	int free_fd = fcntl(c->common.sock, F_DUPFD_CLOEXEC, 0);

	if (free_fd < 0)
		return -errno;
	close(free_fd); /* the number must be free again */
	memcpy(c->common.detail, &address, sizeof(address));
	return send_message(&c->common, LISTENER, free_fd);
}

/*
 * The listener goes with execve, so the parent must have it before. It says so by writing into our memory, as no call may be made.
 * If it never does, for seconds, it is dead: then this process ends, by a fault, which no filter forbids.
 */
static void await(const volatile uint32_t *taken)
{
	for (int turn = 0; *taken == 0; turn++) {
		if (turn == TURNS)
			__builtin_trap();
#ifdef __x86_64__
		__builtin_ia32_pause();
#endif
	}
}

/* A user that is not root keeps its capabilities as permitted only; the kernel asks for an effective one. */
static int raise_permitted(void)
{
	struct cap_words data[2];
	int err = get_caps(data);

	if (err < 0)
		return err;
	for (int i = 0; i < 2; i++)
		data[i].effective = data[i].permitted;
	return set_caps(data);
}

int do_seccomp(struct init *c, const struct seccomp_args *a)
{
	struct sock_fprog_ program = { (unsigned short)(a->filter.size / 8), a->filter.bytes };
	volatile uint32_t taken = 0;
	int err = a->raise ? raise_permitted() : 0;

	if (err == 0 && a->notify)
		err = announce(c, &taken);
	if (err < 0)
		return err;
	err = SYS(SYS_seccomp, SET_MODE_FILTER, a->flags | (a->notify ? FLAG_NEW_LISTENER : 0), &program);
	if (err < 0)
		return err;
	if (a->notify)
		await(&taken);
	return 0;
}
