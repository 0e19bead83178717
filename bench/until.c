/*
 * Measures the time from a program's first instruction to a system call on a path, and kills it there. The call is not executed, so a
 * runtime that is stopped at its first mkdir has read and planned, and leaves nothing behind.
 *
 *   until ROUNDS open|mkdir SUFFIX COMMAND...       prints nanoseconds, a line each round
 *
 * A filter of seccomp(2) stops the process only at calls of this kind; everything else runs at full speed. The result includes the
 * cost of one stop: to know it, measure a program that does nothing else.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct call {
	long at, plain; /* openat and open, mkdirat and mkdir; the path is the second argument of the one, the first of the other */
};

static int64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

static _Noreturn void fail(const char *what)
{
	fprintf(stderr, "until: %s: %s\n", what, strerror(errno));
	exit(1);
}

static _Noreturn void child(const struct call *call, char **argv)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call->at, 2, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call->plain, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE),
	};
	struct sock_fprog filter = { sizeof(code) / sizeof(*code), code };
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	dup2(null, 0);
	dup2(null, 1);
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0 || raise(SIGSTOP) != 0 || syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) < 0)
		_exit(126);
	execv(argv[0], argv);
	_exit(127);
}

/* Whether the path of the call at which the process is stopped has this ending. */
static int stands_at(pid_t pid, const struct call *call, const char *suffix)
{
	struct __ptrace_syscall_info info;
	char path[4096] = "";
	struct iovec here = { path, sizeof(path) - 1 }, there = { .iov_len = sizeof(path) - 1 };
	size_t size = strlen(suffix), length;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) < 0)
		fail("PTRACE_GET_SYSCALL_INFO");
	there.iov_base = (void *)(uintptr_t)info.seccomp.args[(long)info.seccomp.nr == call->at ? 1 : 0];
	if (process_vm_readv(pid, &here, 1, &there, 1, 0) < 0) {
		/* The string may be at the end of the mapped memory. */
		there.iov_len = 4096 - (uintptr_t)there.iov_base % 4096;
		if (process_vm_readv(pid, &here, 1, &there, 1, 0) < 0)
			fail("process_vm_readv");
	}
	length = strlen(path);
	return length >= size && strcmp(path + length - size, suffix) == 0;
}

static void next_stop(pid_t pid, int *status)
{
	if (waitpid(pid, status, 0) != pid)
		fail("waitpid");
	if (!WIFSTOPPED(*status)) {
		errno = ENOENT;
		fail("it ended before");
	}
}

static int64_t round_of(const struct call *call, const char *suffix, char **argv)
{
	int64_t start = 0, end;
	pid_t pid = fork();
	int status;

	if (pid == 0)
		child(call, argv);
	next_stop(pid, &status);
	ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_EXITKILL | PTRACE_O_TRACEEXEC | PTRACE_O_TRACESECCOMP);
	for (;;) {
		ptrace(PTRACE_CONT, pid, NULL, NULL);
		next_stop(pid, &status);
		end = now();
		if (status >> 8 == (SIGTRAP | PTRACE_EVENT_EXEC << 8))
			start = start != 0 ? start : now();
		else if (status >> 8 == (SIGTRAP | PTRACE_EVENT_SECCOMP << 8) && start != 0 && stands_at(pid, call, suffix))
			break;
	}
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	return end - start;
}

int main(int argc, char **argv)
{
	static const struct call opens = { SYS_openat, SYS_open }, mkdirs = { SYS_mkdirat, SYS_mkdir };
	const struct call *call;

	if (argc < 5 || (strcmp(argv[2], "open") != 0 && strcmp(argv[2], "mkdir") != 0)) {
		fprintf(stderr, "usage: until ROUNDS open|mkdir SUFFIX COMMAND...\n");
		return 2;
	}
	call = argv[2][0] == 'o' ? &opens : &mkdirs;
	alarm(120);
	for (long i = atol(argv[1]); i > 0; i--)
		printf("%lld\n", (long long)round_of(call, argv[3], argv + 4));
	return 0;
}
