#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/param.h>
#include <unistd.h>

#include "init/steps.gen.h"
#include "shared/caps.h"
#include "shared/clock.h"
#include "shared/linux.h"
#include "wire/message.h"

enum { SET_MODE_FILTER = 1, FLAG_NEW_LISTENER = 8, LISTENER_WAIT_S = 20 };

struct sock_fprog_ {
	unsigned short count;
	const void *filter;
};

/* A counter of the processor that no filter can forbid: its rate is constant, and not known on every machine. */
static uint64_t ticks(void)
{
#if defined(__x86_64__)
	return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
	uint64_t now;

	__asm__ volatile("mrs %0, cntvct_el0" : "=r"(now));
	return now;
#else
#error "ticks: read a counter of this architecture"
#endif
}

static uint64_t nanoseconds(void)
{
	struct timespec now;

	clock_read(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

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
 * Announces the listener, and counts the ticks meanwhile. Those of the counter enclose those of the clock: a pause between two readings makes the
 * wait longer, and never shorter; and no counter goes faster than 10 GHz. *ticks_of_wait: how many the wait may take. 0 or -errno.
 */
static int announce_and_measure(struct init *c, const volatile uint32_t *taken, uint64_t *ticks_of_wait)
{
	uint64_t first = ticks(), from = nanoseconds();
	int err = announce(c, taken);
	uint64_t passed = nanoseconds() - from, counted = ticks() - first;

	*ticks_of_wait = LISTENER_WAIT_S * MIN(counted / MAX(passed / 1000, 1) * 1000000, 10000000000); /* nothing overflows, whatever the pause */
	return err;
}

/*
 * The listener goes with execve, so the parent must have it before. It says so by writing into our memory, as no call may be made.
 * If it never does, for seconds, it is dead: then this process ends, by a fault, which no filter forbids.
 */
static void await(const volatile uint32_t *taken, uint64_t ticks_of_wait)
{
	for (uint64_t first = ticks(); *taken == 0;) {
		if (ticks() - first > ticks_of_wait)
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
	uint64_t ticks_of_wait = 0;
	int err = a->raise ? raise_permitted() : 0;

	if (err == 0 && a->notify)
		err = announce_and_measure(c, &taken, &ticks_of_wait);
	if (err < 0)
		return err;
	err = SYS(SYS_seccomp, SET_MODE_FILTER, a->flags | (a->notify ? FLAG_NEW_LISTENER : 0), &program);
	if (err < 0)
		return err;
	if (a->notify)
		await(&taken, ticks_of_wait);
	return 0;
}
