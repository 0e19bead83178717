#pragma once
#include "linux.h"

/*
 * Every signal does again what it does by itself: what a caller ignores stays ignored across execve (signal(7)). By system call, as libc
 * keeps three real-time signals from its own function; SIGKILL and SIGSTOP answer EINVAL.
 */
static inline void default_signals(void)
{
	static const unsigned long standard[4];	/* the kernel's struct sigaction: SIG_DFL, no flags, an empty mask */

	for (int sig = 1; sig <= 64; sig++)
		syscall(SYS_rt_sigaction, sig, standard, NULL, 8);
}
