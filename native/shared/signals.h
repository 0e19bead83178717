#pragma once
#include <errno.h>
#include <signal.h>

#include "shared/linux.h"

/*
 * Gives every signal its default action again, as a signal that the caller ignores stays ignored across execve (signal(7)). This is done by
 * the raw system call, as libc's function refuses three real-time signals. SIGKILL and SIGSTOP answer EINVAL. 0 or -errno.
 */
static inline int default_signals(void)
{
	static const unsigned long standard[4]; /* the kernel's struct sigaction: SIG_DFL, no flags, an empty mask */
	int first = 0;

	for (int sig = 1; sig <= 64; sig++) {
		int err = SYS(SYS_rt_sigaction, sig, standard, NULL, 8);

		if (err != -EINVAL && first == 0)
			first = err;
	}
	return first;
}

static inline int unblock_signals(void)
{
	static const uint64_t none;

	return SYS(SYS_rt_sigprocmask, SIG_SETMASK, &none, NULL, 8);
}
