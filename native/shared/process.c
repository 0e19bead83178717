#include "shared/process.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "shared/clock.h"
#include "shared/fd.h"
#include "shared/linux.h"

/*
 * The child of a clone with a stack cannot return into the caller's frame: it calls fn at once and leaves. Written in
 * assembly because a compiler may not know that a call returns twice.
 */
static long clone_call(const long call[4], int (*fn)(void *), void *arg)
{
#if defined(__x86_64__)
	register long result __asm__("rax") = call[0];
	register int (*r8)(void *) __asm__("r8") = fn;
	register void *r9 __asm__("r9") = arg;

	__asm__ volatile("syscall\n"
			 "test %%rax, %%rax\n"
			 "jnz 1f\n"
			 "xor %%ebp, %%ebp\n"
			 "mov %%r9, %%rdi\n"
			 "call *%%r8\n"
			 "mov %%eax, %%edi\n"
			 "mov %[exit], %%eax\n"
			 "syscall\n"
			 "hlt\n"
			 "1:\n"
			 : "+r"(result)
			 : "D"(call[1]), "S"(call[2]), "d"(call[3]), "r"(r8), "r"(r9), [exit] "i"(SYS_exit)
			 : "rcx", "r11", "memory");
	return result;
#elif defined(__aarch64__)
	register long x8 __asm__("x8") = call[0];
	register long x0 __asm__("x0") = call[1];
	register long x1 __asm__("x1") = call[2];
	register long x2 __asm__("x2") = call[3];
	register int (*x9)(void *) __asm__("x9") = fn;
	register void *x10 __asm__("x10") = arg;

	__asm__ volatile("svc #0\n"
			 "cbnz x0, 1f\n"
			 "mov x29, xzr\n"
			 "mov x0, x10\n"
			 "blr x9\n"
			 "mov x8, %[exit]\n"
			 "svc #0\n"
			 "brk #1\n"
			 "1:\n"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2), "r"(x9), "r"(x10), [exit] "i"(SYS_exit)
			 : "memory");
	return x0;
#else
#error "clone_call: write the four lines for this architecture"
#endif
}

pid_t spawn_child(int (*fn)(void *), void *arg, uint64_t flags, int cgroup, int *pidfd)
{
	_Alignas(16) char stack[16384];
	sigset_t all, before;
	struct clone_args_ args = {
		.flags = flags | CLONE_VM | CLONE_VFORK | CLONE_PIDFD_,
		.pidfd = (uint64_t)(uintptr_t)pidfd,
		.stack = (uint64_t)(uintptr_t)stack,
		.stack_size = sizeof(stack),
	};
	const long older[4] = { SYS_clone, (long)args.flags, (long)(stack + sizeof(stack)), (long)pidfd };
	const long newer[4] = { SYS_clone3, (long)&args, sizeof(args), 0 };
	long pid;
	int err;

	if (cgroup >= 0) {
		args.flags |= CLONE_INTO_CGROUP_;
		args.cgroup = (uint64_t)cgroup;
	}
	/* A signal handler of the caller must not run in the child, as both share their memory. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pid = clone_call(newer, fn, arg);
	/* Filters cannot read the structure, so many of them answer clone3 with ENOSYS, as docker's does. Hooks inside may be under such a filter. */
	if (pid == -ENOSYS && cgroup < 0)
		pid = clone_call(older, fn, arg);
	err = pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (err != 0 && pid > 0) { /* otherwise all signals would stay blocked in the container's program */
		kill((pid_t)pid, SIGKILL);
		reap_child((pid_t)pid);
		close_fd(pidfd);
		return -err;
	}
	return (pid_t)pid;
}

int reap_as_told(pid_t pid, int *status)
{
	while (waitpid(pid, status, __WALL) < 0)
		if (errno != EINTR)
			return -errno;
	return 0;
}

int reap_child(pid_t pid)
{
	int status, err = reap_as_told(pid, &status);

	if (err < 0)
		return err;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int64_t monotonic_ms(void)
{
	struct timespec ts;

	clock_read(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t deadline_in(int64_t milliseconds)
{
	return milliseconds < 0 ? -1 : monotonic_ms() + milliseconds;
}

int deadline_left(int64_t deadline)
{
	int64_t left = deadline < 0 ? -1 : deadline - monotonic_ms();

	return left < 0 && deadline >= 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
}

/* Waits for one of the events of fd, or until `cancel` (-1: none) is readable; 1 and 2 as bits, 0 once the deadline has passed, -errno. */
static int wait_either(int fd, short events, int cancel, int64_t deadline)
{
	struct pollfd fds[2] = { { .fd = fd, .events = events }, { .fd = cancel, .events = POLLIN } };

	for (;;) {
		int n = poll(fds, 2, deadline_left(deadline));

		if (n >= 0)
			return (fds[0].revents ? 1 : 0) | (fds[1].revents ? 2 : 0);
		if (errno != EINTR)
			return -errno;
	}
}

unsigned int take_signal_from(int cancel, bool *kernel)
{
	struct signalfd_siginfo info;
	ssize_t n = read(cancel, &info, sizeof(info));

	*kernel = n == sizeof(info) && info.ssi_code == SI_KERNEL;
	return n == sizeof(info) ? info.ssi_signo : n > 0 ? SIGKILL : 0;
}

unsigned int take_signal(int cancel)
{
	bool kernel;

	return take_signal_from(cancel, &kernel);
}

bool asks_to_end(int cancel)
{
	static const unsigned int harmless[] = { 0, SIGCONT, SIGWINCH, SIGTSTP, SIGTTIN, SIGTTOU };
	unsigned int sig = take_signal(cancel);

	for (size_t i = 0; i < sizeof(harmless) / sizeof(*harmless); i++)
		if (sig == harmless[i])
			return false;
	return true;
}

static int wait_for(int fd, short events, int cancel, int64_t deadline)
{
	for (;;) {
		int ready = wait_either(fd, events, cancel, deadline);

		if (ready <= 0 || ready & 1)
			return ready;
		if (asks_to_end(cancel))
			return -ECANCELED;
	}
}

int wait_readable(int fd, int cancel, int64_t deadline)
{
	return wait_for(fd, POLLIN, cancel, deadline);
}

int wait_writable(int fd, int cancel, int64_t deadline)
{
	return wait_for(fd, POLLOUT, cancel, deadline);
}
