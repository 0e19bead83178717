/*
 * Runs a command with a fault at one system call of ocits, of its init, or of a hook before its execve, and changes nothing else.
 *
 *   inject -r FILE COMMAND...                     writes each call: `PROCESS NUMBER`, a line each
 *   inject -a PROCESS:NUMBER:NTH:WHAT -o FILE COMMAND...
 *          WHAT: an errno, which the call returns without being executed; `kill`, SIGKILL before it; `kill=PROCESS`, SIGKILL of that process
 *          at this moment; `term`, SIGTERM before it
 *          FILE contains `hit` after the fault
 *   inject -n NUMBER[:ARGUMENT:MASK:ERRNO],… COMMAND...
 *          these calls return ENOSYS, or this errno if the argument has a bit of the mask: as on an older kernel
 *   inject -t SECONDS …                           a command that takes longer is killed, and the status is 125
 *
 * The name of a process is its place in the tree: 0 is the command, 0.1 its second child. Only calls of ocits and its init are counted, up to
 * the execve of another program. A filter of seccomp(2) stops a process only at calls of this number; everything else runs at full speed. All
 * children inherit the filter, so the process that counts the calls stays as long as one of them lives, also after the end of the command.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CALLS = 512, PROCESSES = 256, NAME = 48, OLD = 64 };

struct process {
	pid_t pid;
	char name[NAME]; /* empty until the event of its parent */
	int children;
	bool ours, begun, waits, spoilt;
	unsigned int counts[CALLS];
};

static struct process all[PROCESSES];
static struct {
	char name[NAME], victim[NAME];
	int number, error, signal;
	unsigned int nth;
	bool kill;
} at = { .number = -1 };
static FILE *record, *told;
static struct {
	int number, argument;
	uint32_t mask, error;
} older[OLD];
static size_t older_count;
static unsigned int seconds;

static _Noreturn void fail(const char *what)
{
	fprintf(stderr, "inject: %s: %s\n", what, strerror(errno));
	exit(125);
}

static void load(struct sock_filter *code, size_t count)
{
	struct sock_fprog filter = { (unsigned short)count, code };

	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) < 0)
		fail("a filter takes CAP_SYS_ADMIN");
}

static void watch_calls(void)
{
	struct sock_filter one[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)at.number, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};

	load(record != NULL ? one + 2 : one, record != NULL ? 1 : 4);
}

static void refuse_newer(void)
{
	struct sock_filter code[OLD * 5 + 1];
	size_t n = 0;

	for (size_t i = 0; i < older_count; i++) {
		const bool by_argument = older[i].mask != 0;

		code[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
		code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)older[i].number, 0, by_argument ? 3 : 1);
		if (by_argument) {
			const size_t offset = offsetof(struct seccomp_data, args) + 8 * (size_t)older[i].argument;

			code[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset);
			code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, older[i].mask, 0, 1);
		}
		code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | older[i].error);
	}
	code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	load(code, n);
}

static struct process *process_of(pid_t pid)
{
	for (int i = 0; i < PROCESSES; i++)
		if (all[i].pid == pid)
			return &all[i];
	for (int i = 0; i < PROCESSES; i++)
		if (all[i].pid == 0) {
			all[i] = (struct process){ .pid = pid };
			return &all[i];
		}
	errno = EMFILE;
	fail("processes");
}

static struct process *process_named(const char *name)
{
	for (int i = 0; i < PROCESSES; i++)
		if (all[i].pid != 0 && strcmp(all[i].name, name) == 0)
			return &all[i];
	return NULL;
}

static void go_on(pid_t pid, int sig)
{
	/* A process that was killed meanwhile is waited for. */
	if (ptrace(PTRACE_CONT, pid, NULL, (void *)(intptr_t)sig) < 0 && errno != ESRCH)
		fail("PTRACE_CONT");
}

static void born(struct process *parent)
{
	unsigned long pid;
	struct process *child;

	if (ptrace(PTRACE_GETEVENTMSG, parent->pid, NULL, &pid) < 0)
		return;
	child = process_of((pid_t)pid);
	snprintf(child->name, NAME, "%.*s.%d", NAME - 6, parent->name, parent->children++ % 1000);
	child->ours = parent->ours;
	child->begun = parent->begun;
	if (child->waits)
		go_on(child->pid, 0);
	child->waits = false;
}

static void executed(struct process *p)
{
	char path[64], target[4096];
	const char *base;
	ssize_t size;

	snprintf(path, sizeof(path), "/proc/%d/exe", p->pid);
	size = readlink(path, target, sizeof(target) - 1);
	target[size < 0 ? 0 : size] = 0;
	base = strrchr(target, '/');
	p->ours = strncmp(target, "/memfd:ocits-init", 17) == 0 || (base != NULL && strcmp(base, "/ocits") == 0);
	p->begun = true;
}

static void give(pid_t pid, int error)
{
	struct user_regs_struct regs;

	if (ptrace(PTRACE_GETREGS, pid, NULL, &regs) < 0)
		return;
	/* seccomp(2), SECCOMP_RET_TRACE: with the number -1 the call is skipped, and its result is the value in the register. */
	regs.orig_rax = (unsigned long long)-1;
	regs.rax = (unsigned long long)-(long long)error;
	ptrace(PTRACE_SETREGS, pid, NULL, &regs);
}

/* close(2) releases the descriptor whatever it returns; an open socket would be a second fault. */
static void spoil(struct process *p)
{
	p->spoilt = true;
	if (ptrace(PTRACE_SYSCALL, p->pid, NULL, NULL) < 0 && errno != ESRCH)
		fail("PTRACE_SYSCALL");
}

static void spoilt(struct process *p)
{
	struct user_regs_struct regs;

	p->spoilt = false;
	if (ptrace(PTRACE_GETREGS, p->pid, NULL, &regs) == 0) {
		regs.rax = (unsigned long long)-(long long)at.error;
		ptrace(PTRACE_SETREGS, p->pid, NULL, &regs);
	}
	go_on(p->pid, 0);
}

static void inject_fault(struct process *p)
{
	struct process *victim = at.victim[0] != 0 ? process_named(at.victim) : p;

	if (at.kill && victim != NULL)
		kill(victim->pid, at.signal);
	else if (!at.kill && at.number != SYS_close)
		give(p->pid, at.error);
	if (told != NULL && (!at.kill || victim != NULL)) {
		fprintf(told, "hit\n");
		fflush(told);
	}
}

/* Returns whether it was the call. */
static bool called(struct process *p)
{
	struct __ptrace_syscall_info info;
	int number;

	if (!p->ours || !p->begun || ptrace(PTRACE_GET_SYSCALL_INFO, p->pid, sizeof(info), &info) < 0)
		return false;
	number = (int)info.seccomp.nr;
	if (number < 0 || number >= CALLS)
		return false;
	p->counts[number]++;
	if (record != NULL)
		fprintf(record, "%s %d\n", p->name, number);
	if (record != NULL || number != at.number || p->counts[number] != at.nth || strcmp(p->name, at.name) != 0)
		return false;
	inject_fault(p);
	return true;
}

static void stopped(struct process *p, int status)
{
	const int event = status >> 16, sig = WSTOPSIG(status);

	switch (event) {
	case PTRACE_EVENT_FORK:
	case PTRACE_EVENT_VFORK:
	case PTRACE_EVENT_CLONE:
		born(p);
		go_on(p->pid, 0);
		break;
	case PTRACE_EVENT_EXEC:
		executed(p);
		go_on(p->pid, 0);
		break;
	case PTRACE_EVENT_SECCOMP:
		if (called(p) && !at.kill && at.number == SYS_close)
			spoil(p);
		else
			go_on(p->pid, 0);
		break;
	case PTRACE_EVENT_STOP:
		if (sig != SIGTRAP)
			ptrace(PTRACE_LISTEN, p->pid, NULL, NULL);
		else if (p->name[0] == 0)
			p->waits = true;
		else
			go_on(p->pid, 0);
		break;
	default:
		if (sig == (SIGTRAP | 0x80) && p->spoilt)
			spoilt(p);
		else
			go_on(p->pid, sig);
	}
}

/* The command hangs. */
static void give_up(int sig)
{
	(void)sig;
	for (int i = 0; i < PROCESSES; i++)
		if (all[i].pid != 0)
			kill(all[i].pid, SIGKILL);
	_exit(125);
}

/* A process that was killed while it stopped for the birth of a child does not report it. */
static void release(void)
{
	for (int i = 0; i < PROCESSES; i++)
		if (all[i].pid != 0 && all[i].waits) {
			all[i].waits = false;
			go_on(all[i].pid, 0);
		}
}

/* Counts until the last process has ended; the end of the first one is reported at once. */
static _Noreturn void trace(pid_t first, int result, int go)
{
	const long options = PTRACE_O_EXITKILL | PTRACE_O_TRACEEXEC | PTRACE_O_TRACESECCOMP | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
			     PTRACE_O_TRACECLONE | PTRACE_O_TRACESYSGOOD;
	struct process *p = process_of(first);
	int status;
	pid_t pid;

	signal(SIGALRM, give_up);
	alarm(seconds);
	if (ptrace(PTRACE_SEIZE, first, NULL, (void *)(uintptr_t)options) < 0)
		fail("PTRACE_SEIZE");
	strcpy(p->name, "0");
	close(go);
	while ((pid = waitpid(-1, &status, __WALL)) > 0 || errno == EINTR) {
		if (pid <= 0)
			continue;
		p = process_of(pid);
		if (WIFSTOPPED(status)) {
			stopped(p, status);
			continue;
		}
		p->pid = 0;
		if (WIFSIGNALED(status))
			release();
		if (pid == first) {
			alarm(0);
			if (record != NULL)
				fflush(record);
			if (write(result, &status, sizeof(status)) < 0)
				fail("write");
			close(result);
		}
	}
	exit(0);
}

static _Noreturn void begin(char **command)
{
	execvp(command[0], command);
	fail(command[0]);
}

static void parse_place(char *word)
{
	const char *name = strtok(word, ":"), *number = strtok(NULL, ":"), *nth = strtok(NULL, ":"), *what = strtok(NULL, ":");

	if (what == NULL) {
		errno = EINVAL;
		fail("PROCESS:NUMBER:NTH:WHAT");
	}
	snprintf(at.name, NAME, "%s", name);
	at.number = atoi(number);
	at.nth = (unsigned int)atoi(nth);
	at.signal = strcmp(what, "term") == 0 ? SIGTERM : SIGKILL;
	at.kill = at.signal == SIGTERM || strncmp(what, "kill", 4) == 0;
	if (strncmp(what, "kill=", 5) == 0)
		snprintf(at.victim, NAME, "%s", what + 5);
	else if (!at.kill)
		at.error = atoi(what);
}

static void parse_older(char *words)
{
	for (char *word = strtok(words, ","); word != NULL && older_count < OLD; word = strtok(NULL, ",")) {
		unsigned int mask = 0, error = ENOSYS;
		int number = 0, argument = 0;

		sscanf(word, "%d:%d:%u:%u", &number, &argument, &mask, &error);
		older[older_count].number = number;
		older[older_count].argument = argument;
		older[older_count].mask = mask;
		older[older_count++].error = error;
	}
}

static FILE *file(const char *path)
{
	FILE *f = fopen(path, "we");

	if (f == NULL)
		fail(path);
	return f;
}

/* Ends like the command: with its status, or by its signal. */
static _Noreturn void end_as(int status)
{
	if (WIFSIGNALED(status)) {
		signal(WTERMSIG(status), SIG_DFL);
		kill(getpid(), WTERMSIG(status));
	}
	exit(WEXITSTATUS(status));
}

int main(int argc, char **argv)
{
	int option, result[2], go[2], status;
	pid_t first;

	while ((option = getopt(argc, argv, "+r:a:o:n:t:")) != -1)
		switch (option) {
		case 'r': record = file(optarg); break;
		case 'a': parse_place(optarg); break;
		case 'o': told = file(optarg); break;
		case 'n': parse_older(optarg); break;
		case 't': seconds = (unsigned int)atoi(optarg); break;
		default: return 125;
		}
	if (argv[optind] == NULL)
		return 125;
	if (older_count > 0) {
		refuse_newer();
		begin(argv + optind);
	}
	if (pipe2(result, O_CLOEXEC) < 0)
		fail("pipe");
	if (fork() == 0) {
		close(result[0]);
		if (pipe2(go, O_CLOEXEC) < 0)
			fail("pipe");
		first = fork();
		if (first == 0) {
			close(go[1]);
			if (read(go[0], &status, 1) < 0) /* until it is traced */
				fail("read");
			watch_calls();
			begin(argv + optind);
		}
		close(go[0]);
		trace(first, result[1], go[1]);
	}
	close(result[1]);
	if (read(result[0], &status, sizeof(status)) != sizeof(status))
		return 125;
	end_as(status);
}
