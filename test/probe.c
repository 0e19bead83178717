/*
 * The program of the test bundles: a static executable. Except for a few files it is the complete root file system.
 * Its arguments are verbs, executed in order; each prints facts about the container as lines, or the result of an attempt.
 * It prints nothing that differs from machine to machine, so a bundle's expect.txt applies everywhere.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

extern char **environ;

/* clang-format off */
static const char *const cap_names[] = {
	"CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP",
	"LINUX_IMMUTABLE", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW", "IPC_LOCK", "IPC_OWNER",
	"SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT", "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN", "SYS_BOOT", "SYS_NICE",
	"SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD", "LEASE", "AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP",
	"MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ", "PERFMON", "BPF",
	"CHECKPOINT_RESTORE",
};

static const struct { const char *name; int number; } signal_names[] = {
	{ "HUP", SIGHUP }, { "INT", SIGINT }, { "QUIT", SIGQUIT }, { "KILL", SIGKILL }, { "USR1", SIGUSR1 },
	{ "SEGV", SIGSEGV }, { "USR2", SIGUSR2 }, { "PIPE", SIGPIPE }, { "ALRM", SIGALRM }, { "TERM", SIGTERM },
	{ "CHLD", SIGCHLD }, { "CONT", SIGCONT }, { "STOP", SIGSTOP }, { "WINCH", SIGWINCH }, { "TSTP", SIGTSTP },
}, rlimit_names[] = {
	{ "AS", RLIMIT_AS }, { "CORE", RLIMIT_CORE }, { "CPU", RLIMIT_CPU }, { "DATA", RLIMIT_DATA },
	{ "FSIZE", RLIMIT_FSIZE }, { "MEMLOCK", RLIMIT_MEMLOCK }, { "NOFILE", RLIMIT_NOFILE },
	{ "NPROC", RLIMIT_NPROC }, { "STACK", RLIMIT_STACK },
};
/* clang-format on */

static _Noreturn void misused(const char *what)
{
	fprintf(stderr, "probe: %s?\n", what);
	exit(2);
}

static int signal_number(const char *name)
{
	for (size_t i = 0; i < COUNT(signal_names); i++)
		if (strcmp(signal_names[i].name, name) == 0)
			return signal_names[i].number;
	misused(name);
}

static const char *signal_name(int number)
{
	for (size_t i = 0; i < COUNT(signal_names); i++)
		if (signal_names[i].number == number)
			return signal_names[i].name;
	return "another";
}

/* The result of an attempt. */
static void attempt(const char *verb, const char *object, long result)
{
	printf("%s %s: %s\n", verb, object, result < 0 ? strerror(errno) : "ok");
}

/* --- identity and namespaces */

static void do_ns(char **args)
{
	static const char *const types[] = { "mnt", "pid", "net", "uts", "ipc", "user", "cgroup", "time" };
	char line[256], label[64], link[64], inode[128];

	(void)args;
	for (size_t i = 0; i < COUNT(types); i++) {
		char whose[64] = "own";
		FILE *known = fopen("/known", "re"); /* lines: owner, namespace; the last one wins */
		ssize_t size;

		snprintf(link, sizeof(link), "/proc/self/ns/%s", types[i]);
		size = readlink(link, inode, sizeof(inode) - 1);
		inode[size < 0 ? 0 : size] = '\0';
		while (known && fgets(line, sizeof(line), known)) {
			char *end = strchr(line, ' ');

			line[strcspn(line, "\n")] = '\0';
			if (end && strcmp(end + 1, inode) == 0)
				snprintf(whose, sizeof(whose), "%.*s", (int)(end - line), line);
		}
		if (known)
			fclose(known);
		snprintf(label, sizeof(label), "%s", size < 0 ? strerror(errno) : whose);
		printf("ns %s: %s\n", types[i], label);
	}
}

static void do_pid(char **args)
{
	(void)args;
	printf("pid %d, parent %d, group %d, session %d\n", getpid(), getppid(), getpgrp(), getsid(0));
}

static void tell_terminal(int fd)
{
	char link[32], name[64];
	struct winsize size = { 0 };
	struct stat st;
	long length;

	if (!isatty(fd) || fstat(fd, &st) < 0) {
		printf("%d is no terminal\n", fd);
		return;
	}
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	length = readlink(link, name, sizeof(name) - 1);
	name[length < 0 ? 0 : length] = '\0';
	ioctl(fd, TIOCGWINSZ, &size);
	printf("%d is %s %u:%u, mode %o, of %u:%u, %u rows, %u columns\n", fd, name, major(st.st_rdev), minor(st.st_rdev), st.st_mode & 07777,
	       st.st_uid, st.st_gid, size.ws_row, size.ws_col);
}

/* The kind and the owner of stdin, stdout and stderr, and other paths to them. */
static void do_terminal(char **args)
{
	static const char *const names[] = { "/dev/console", "/dev/tty" };
	struct stat own, other;

	(void)args;
	for (int fd = 0; fd < 3; fd++)
		tell_terminal(fd);
	printf("session %d of %d, group in front %d\n", tcgetsid(0), getsid(0), tcgetpgrp(0));
	for (size_t i = 0; i < COUNT(names); i++) {
		int fd = open(names[i], O_RDWR | O_NOCTTY | O_CLOEXEC);

		if (fd < 0)
			printf("%s: %s\n", names[i], strerror(errno));
		else if (fstat(0, &own) == 0 && fstat(fd, &other) == 0)
			printf("%s is %s, and %s\n", names[i], own.st_rdev == other.st_rdev ? "the same" : "another",
			       isatty(fd) ? "a terminal" : "none");
		close(fd);
	}
}

static void do_id(char **args)
{
	uid_t u[3];
	static gid_t groups[65536]; /* NGROUPS_MAX */
	gid_t g[3];
	int count = getgroups(COUNT(groups), groups);

	(void)args;
	if (getresuid(u, u + 1, u + 2) < 0 || getresgid(g, g + 1, g + 2) < 0)
		misused("id");
	printf("uid %u %u %u\ngid %u %u %u\ngroups", u[0], u[1], u[2], g[0], g[1], g[2]);
	for (int i = 0; i < count; i++)
		printf(" %u", groups[i]);
	printf("\n");
}

static void print_caps(const char *set, uint64_t caps)
{
	printf("%s:", set);
	for (size_t i = 0; i < COUNT(cap_names); i++)
		if (caps >> i & 1)
			printf(" %s", cap_names[i]);
	printf("\n");
}

static void do_caps(char **args)
{
	uint32_t header[2] = { 0x20080522, 0 }, data[6] = { 0 }; /* version 3; effective, permitted, inheritable, twice */
	uint64_t bounding = 0, ambient = 0;

	(void)args;
	if (syscall(SYS_capget, header, data) < 0)
		misused("capget");
	for (unsigned long i = 0; i < COUNT(cap_names); i++) {
		bounding |= (uint64_t)(prctl(PR_CAPBSET_READ, i) == 1) << i;
		ambient |= (uint64_t)(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, i, 0, 0) == 1) << i;
	}
	print_caps("effective", data[0] | (uint64_t)data[3] << 32);
	print_caps("permitted", data[1] | (uint64_t)data[4] << 32);
	print_caps("inheritable", data[2] | (uint64_t)data[5] << 32);
	print_caps("bounding", bounding);
	print_caps("ambient", ambient);
}

/* Its cgroups, each path once, because hierarchies differ from machine to machine. */
static void do_cgroup(char **args)
{
	char line[4096], seen[4096] = " ";
	FILE *file = fopen("/proc/self/cgroup", "re");

	(void)args;
	while (file && fgets(line, sizeof(line), file)) {
		char *path = strchr(line, '/'), word[4096];

		if (!path)
			continue;
		path[strcspn(path, "\n")] = '\0';
		snprintf(word, sizeof(word), " %s ", path);
		if (!strstr(seen, word))
			strncat(seen, word + 1, sizeof(seen) - strlen(seen) - 1);
	}
	if (file)
		fclose(file);
	printf("cgroup%.*s\n", (int)strlen(seen) - 1, seen);
}

static void do_names(char **args)
{
	struct utsname names;

	(void)args;
	uname(&names);
	printf("hostname %s\ndomainname %s\n", names.nodename, names.domainname);
}

static void do_cwd(char **args)
{
	char path[4096];

	(void)args;
	printf("cwd %s\n", getcwd(path, sizeof(path)) ? path : strerror(errno));
}

static void do_umask(char **args)
{
	(void)args;
	printf("umask %04o\n", umask(0));
}

static void do_env(char **args)
{
	(void)args;
	for (char **e = environ; *e; e++)
		printf("env %s\n", *e);
}

static void do_rlimit(char **args)
{
	for (size_t i = 0; i < COUNT(rlimit_names); i++) {
		struct rlimit limit;

		if (strcmp(rlimit_names[i].name, args[0]) != 0)
			continue;
		getrlimit(rlimit_names[i].number, &limit);
		printf("rlimit %s: soft %llu, hard %llu\n", args[0], (unsigned long long)limit.rlim_cur, (unsigned long long)limit.rlim_max);
		return;
	}
	misused(args[0]);
}

static void do_fds(char **args)
{
	(void)args;
	printf("fds");
	for (int fd = 0; fd < 4096; fd++)
		if (fcntl(fd, F_GETFD) >= 0)
			printf(" %d", fd);
	printf("\n");
}

static void do_signals(char **args)
{
	struct sigaction action;
	sigset_t blocked;

	(void)args;
	sigprocmask(SIG_BLOCK, NULL, &blocked);
	printf("signals not as they should be:");
	for (int s = 1; s < 65; s++) {
		if (sigismember(&blocked, s) == 1)
			printf(" %d blocked", s);
		if (sigaction(s, NULL, &action) == 0 && action.sa_handler != SIG_DFL)
			printf(" %d ignored", s);
	}
	printf("\n");
}

static void do_privileges(char **args)
{
	(void)args;
	printf("no_new_privs %d, seccomp %d, dumpable %d, keepcaps %d, securebits %d\n", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0),
	       prctl(PR_GET_SECCOMP), prctl(PR_GET_DUMPABLE), prctl(PR_GET_KEEPCAPS), prctl(PR_GET_SECUREBITS));
}

/* Without the filters of the process that made the bundle's copy, because it may be confined itself. */
static void do_filters(char **args)
{
	unsigned own = 0, before = 0;
	char line[256];
	FILE *status = fopen("/proc/self/status", "re"), *known = fopen("/known", "re");

	(void)args;
	while (status && fgets(line, sizeof(line), status))
		sscanf(line, "Seccomp_filters: %u", &own);
	while (known && fgets(line, sizeof(line), known))
		sscanf(line, "filters %u", &before);
	printf("seccomp filters: %u\n", own - before);
	if (status)
		fclose(status);
	if (known)
		fclose(known);
}

static void do_keyring(char **args)
{
	char text[256] = "";
	long size = syscall(SYS_keyctl, 6 /* DESCRIBE */, -3 /* the session's */, text, sizeof(text) - 1);
	const char *name = strrchr(text, ';');

	(void)args;
	printf("session keyring %s\n", size < 0 ? strerror(errno) : name ? name + 1 : text);
}

static void do_clock(char **args)
{
	struct timespec now;

	clock_gettime(strcmp(args[0], "monotonic") == 0 ? CLOCK_MONOTONIC : CLOCK_BOOTTIME, &now);
	printf("clock %s past %s s: %s\n", args[0], args[1], now.tv_sec >= atoll(args[1]) ? "yes" : "no");
}

/* --- scheduling and memory */

static void do_scheduler(char **args)
{
	static const char *const policies[] = { "OTHER", "FIFO", "RR", "BATCH", "ISO", "IDLE", "DEADLINE" };
	struct {
		uint32_t size, policy;
		uint64_t flags;
		int32_t nice;
		uint32_t priority;
		uint64_t runtime, deadline, period;
	} a = { .size = sizeof(a) };

	(void)args;
	if (syscall(SYS_sched_getattr, 0, &a, sizeof(a), 0) < 0)
		misused("sched_getattr");
	printf("scheduler %s, nice %d, priority %u, flags %llu", a.policy < COUNT(policies) ? policies[a.policy] : "another", a.nice, a.priority,
	       (unsigned long long)a.flags);
	if (a.policy == 6) /* others may show a slice */
		printf(", %llu of %llu every %llu ns", (unsigned long long)a.runtime, (unsigned long long)a.deadline, (unsigned long long)a.period);
	printf("\n");
}

static void do_ioprio(char **args)
{
	static const char *const classes[] = { "none", "RT", "BE", "IDLE" };
	long value = syscall(SYS_ioprio_get, 1 /* PROCESS */, 0);

	(void)args;
	if (value < 0 || value >> 13 > 3)
		misused("ioprio_get");
	printf("ioprio %s %ld\n", classes[value >> 13], value & 0x1fff);
}

static void do_personality(char **args)
{
	struct utsname names;

	(void)args;
	uname(&names);
	printf("personality %#lx, machine %s\n", syscall(SYS_personality, 0xffffffff), names.machine);
}

static void do_mempolicy(char **args)
{
	unsigned long nodes[16] = { 0 };
	int mode = -1;

	(void)args;
	if (syscall(SYS_get_mempolicy, &mode, nodes, 8 * sizeof(nodes), NULL, 0) < 0)
		misused("get_mempolicy");
	printf("mempolicy %d, flags %#x, nodes %#lx\n", mode & 0xfff, (unsigned)mode & ~0xfffU, nodes[0]);
}

/* Whether it may use every CPU of the cpuset. */
static void do_affinity(char **args)
{
	cpu_set_t before, all;

	(void)args;
	sched_getaffinity(0, sizeof(before), &before);
	memset(&all, 0xff, sizeof(all));
	sched_setaffinity(0, sizeof(all), &all);
	sched_getaffinity(0, sizeof(all), &all);
	printf("affinity %s\n", CPU_EQUAL(&before, &all) ? "all" : "some");
}

/* --- files and mounts */

static void do_read(char **args)
{
	char text[8192];
	FILE *file = fopen(args[0], "re");
	size_t size = file ? fread(text, 1, sizeof(text) - 1, file) : 0;

	text[size] = '\0';
	printf("%s:", args[0]);
	if (!file || ferror(file))
		printf(" %s", strerror(errno));
	else if (size == 0)
		printf(" empty");
	for (char *word = strtok(text, " \t\n"); word; word = strtok(NULL, " \t\n"))
		printf(" %s", word);
	printf("\n");
	if (file)
		fclose(file);
}

/* The first of two files if it exists, otherwise the second: cgroup v1 and v2 have different names for the same. */
static void do_either(char **args)
{
	do_read(args + (access(args[0], F_OK) != 0));
}

static void do_stat(char **args)
{
	struct stat st;
	char target[4096] = "";

	if (lstat(args[0], &st) < 0) {
		printf("%s: %s\n", args[0], strerror(errno));
		return;
	}
	printf("%s:", args[0]);
	if (S_ISLNK(st.st_mode)) {
		printf(" symlink to %s\n", readlink(args[0], target, sizeof(target) - 1) < 0 ? "?" : target);
		return;
	}
	if (S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode))
		printf(" %s %u:%u", S_ISCHR(st.st_mode) ? "char" : "block", major(st.st_rdev), minor(st.st_rdev));
	else
		printf(" %s", S_ISDIR(st.st_mode) ? "directory" : S_ISFIFO(st.st_mode) ? "fifo" : "file");
	printf(" %04o %u:%u\n", st.st_mode & 07777, st.st_uid, st.st_gid);
}

static int visible(const struct dirent *entry)
{
	return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

static void do_ls(char **args)
{
	struct dirent **names;
	int count = scandir(args[0], &names, visible, alphasort);

	printf("%s:", args[0]);
	if (count < 0)
		printf(" %s", strerror(errno));
	for (int i = 0; i < count; i++)
		printf(" %s", names[i]->d_name);
	printf("\n");
}

/* Options of a file system that not every kernel shows. */
static int passing(const char *option)
{
	static const char *const some[] = { "seclabel", "inode64", "huge=", "noswap" };

	for (size_t i = 0; i < COUNT(some); i++)
		if (strncmp(option, some[i], strlen(some[i])) == 0)
			return 1;
	return 0;
}

/* The fields of one line of /proc/self/mountinfo, see proc_pid_mountinfo(5). */
struct mountinfo {
	char *point, *flags, *propagation, *type, *options;
};

static int parse_mountinfo(char *line, struct mountinfo *m)
{
	char *rest = strstr(line, " - "), *save;

	if (!rest)
		return -1;
	*rest = '\0';
	for (int i = 0; i < 4; i++)
		strtok_r(i == 0 ? line : NULL, " ", &save);
	m->point = strtok_r(NULL, " ", &save);
	m->flags = strtok_r(NULL, " ", &save);
	m->propagation = strtok_r(NULL, "", &save);
	m->type = strtok_r(rest + 3, " ", &save);
	strtok_r(NULL, " ", &save);
	m->options = strtok_r(NULL, "\n", &save);
	return m->options ? 0 : -1;
}

static void print_mount(const struct mountinfo *m, int with_fs)
{
	char *save;

	printf("mount %s: %s", m->point, m->flags);
	for (char *p = m->propagation ? strtok_r(m->propagation, " ", &save) : NULL; p; p = strtok_r(NULL, " ", &save))
		printf(" %s", strncmp(p, "shared", 6) == 0 ? "shared" : strncmp(p, "master", 6) == 0 ? "slave" : p);
	if (with_fs) {
		printf(", %s", m->type);
		for (char *o = strtok_r(m->options, ",", &save); o; o = strtok_r(NULL, ",", &save))
			if (!passing(o))
				printf(" %s", o);
	}
	printf("\n");
}

/* The topmost mount at a path; `fs` also prints its file system. */
static void find_mount(const char *point, int with_fs)
{
	static char lines[2][4096];
	struct mountinfo m = { 0 }, found = { 0 };
	FILE *file = fopen("/proc/self/mountinfo", "re");
	int i = 0;

	while (file && fgets(lines[i], sizeof(lines[i]), file))
		if (parse_mountinfo(lines[i], &m) == 0 && strcmp(m.point, point) == 0) {
			found = m;
			i = 1 - i;
		}
	if (file)
		fclose(file);
	if (found.point)
		print_mount(&found, with_fs);
	else
		printf("mount %s: none\n", point);
}

static void do_mount(char **args)
{
	find_mount(args[0], 0);
}
static void do_fs(char **args)
{
	find_mount(args[0], 1);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Sorted, because the kernel's order depends on earlier mounts. */
static void do_mounts(char **args)
{
	char line[4096], *points[256];
	size_t count = 0;
	struct mountinfo m;
	FILE *file = fopen("/proc/self/mountinfo", "re");

	(void)args;
	while (file && count < COUNT(points) && fgets(line, sizeof(line), file))
		if (parse_mountinfo(line, &m) == 0)
			points[count++] = strdup(m.point);
	qsort(points, count, sizeof(*points), by_name);
	printf("mounts:");
	for (size_t i = 0; i < count; i++)
		printf(" %s", points[i]);
	printf("\n");
	if (file)
		fclose(file);
}

/* If the kernel lacks a hidden file, this is equally good. */
static void do_hidden(char **args)
{
	struct dirent **names;
	char byte;
	int fd = open(args[0], O_RDONLY | O_CLOEXEC), hidden = 0;

	if (fd < 0)
		hidden = errno == ENOENT;
	else if ((hidden = scandir(args[0], &names, visible, NULL)) >= 0)
		hidden = hidden == 0;
	else
		hidden = errno == ENOTDIR && read(fd, &byte, 1) == 0;
	printf("hidden %s: %s\n", args[0], hidden ? "yes" : "no");
	if (fd >= 0)
		close(fd);
}

static void do_readonly(char **args)
{
	struct statvfs fs;
	int result = statvfs(args[0], &fs), readonly = result < 0 ? errno == ENOENT : (fs.f_flag & ST_RDONLY) != 0;

	printf("readonly %s: %s\n", args[0], readonly ? "yes" : "no");
}

/* A file of its cgroup, in the hierarchy of a v1 controller or otherwise in that of v2: `limit pids pids.max`. */
static void do_limit(char **args)
{
	char line[4096], path[4200], text[256] = "none\n";
	FILE *groups = fopen("/proc/self/cgroup", "re"), *file;

	snprintf(path, sizeof(path), "/sys/fs/cgroup/%s/%s", args[0], args[1]);
	file = fopen(path, "re");
	while (!file && groups && fgets(line, sizeof(line), groups))
		if (strncmp(line, "0::", 3) == 0) {
			snprintf(path, sizeof(path), "/sys/fs/cgroup%.*s/%s", (int)strcspn(line + 3, "\n"), line + 3, args[1]);
			file = fopen(path, "re");
		}
	printf("limit %s: %s", args[1], file && fgets(text, sizeof(text), file) ? text : "none\n");
	if (file)
		fclose(file);
	if (groups)
		fclose(groups);
}

/* --- attempts */

/* A system call without arguments; the answer of a filter differs from that of the kernel. */
static void do_call(char **args)
{
	static const struct {
		const char *name;
		long number;
	} calls[] = {
		{ "bpf", SYS_bpf },
		{ "clone3", SYS_clone3 },
		{ "kexec_load", SYS_kexec_load },
		{ "keyctl", SYS_keyctl },
		{ "process_vm_readv", SYS_process_vm_readv },
		{ "unknown", 9999 },
		{ "unshare", SYS_unshare },
	};

	for (size_t i = 0; i < COUNT(calls); i++)
		if (strcmp(calls[i].name, args[0]) == 0) {
			attempt("call", args[0], syscall(calls[i].number, 0, 0, 0, 0, 0, 0));
			return;
		}
	misused(args[0]);
}

static void do_write(char **args)
{
	int fd = open(args[0], O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	long result = fd < 0 ? fd : write(fd, "probe", 5);

	attempt("write", args[0], result);
	if (fd >= 0)
		close(fd);
}

static void do_put(char **args)
{
	int fd = open(args[0], O_WRONLY | O_CLOEXEC);
	long result = fd < 0 ? fd : write(fd, args[1], strlen(args[1]));

	attempt("put", args[0], result);
	if (fd >= 0)
		close(fd);
}

static void do_open(char **args)
{
	int fd = open(args[0], O_RDWR | O_NONBLOCK | O_CLOEXEC);

	attempt("open", args[0], fd);
	if (fd >= 0)
		close(fd);
}

/* clang-format off */
static void do_mkdir(char **args) { attempt("mkdir", args[0], mkdir(args[0], 0777)); }
static void do_remove(char **args) { attempt("remove", args[0], remove(args[0])); }
static void do_umount(char **args) { attempt("umount", args[0], umount2(args[0], MNT_DETACH)); }
static void do_chown(char **args) { attempt("chown", args[0], chown(args[0], 0, 0)); }
static void do_mknod(char **args) { attempt("mknod", args[0], mknod(args[0], S_IFCHR | 0600, makedev(1, 3))); }

static void do_node(char **args)
{
	dev_t device = makedev((unsigned)atoi(args[1]), (unsigned)atoi(args[2]));

	attempt("node", args[0], mknod(args[0], S_IFCHR | 0600, device));
}
static void do_sethostname(char **args) { attempt("sethostname", args[0], sethostname(args[0], strlen(args[0]))); }
static void do_chroot(char **args) { attempt("chroot", args[0], chroot(args[0])); }

static void do_tmpfs(char **args) { attempt("tmpfs", args[0], mount("probe", args[0], "tmpfs", 0, "size=4k")); }
/* clang-format on */

static void do_remount(char **args)
{
	attempt("remount", args[0], mount(NULL, args[0], NULL, MS_BIND | MS_REMOUNT, NULL));
}

/* --- system calls, and agents that answer them instead of the kernel */

/* `ask NAME ARGUMENT`: the result of a system call. */
static void do_ask(char **args)
{
	static const struct {
		const char *name;
		long number;
	} calls[] = {
		{ "getpgid", SYS_getpgid },
		{ "getppid", SYS_getppid },
		{ "personality", SYS_personality },
		{ "sched_get_priority_max", SYS_sched_get_priority_max },
		{ "sched_get_priority_min", SYS_sched_get_priority_min },
	};

	for (size_t i = 0; i < COUNT(calls); i++) {
		if (strcmp(calls[i].name, args[0]) != 0)
			continue;
		long result = syscall(calls[i].number, strtoul(args[1], NULL, 0));

		if (result < 0)
			printf("ask %s %s: %s\n", args[0], args[1], strerror(errno));
		else
			printf("ask %s %s: %ld\n", args[0], args[1], result);
		return;
	}
	misused(args[0]);
}

#ifdef __x86_64__
/* getpid(2) of the 32-bit architecture, where it has another number. */
static void do_int80(char **args)
{
	long result;

	(void)args;
	__asm__ volatile("int $0x80" : "=a"(result) : "a"(20) : "r8", "r9", "r10", "r11", "memory");
	printf("int80 getpid: %s\n", result == getpid() ? "ok" : strerror((int)-result));
}
#else
static void do_int80(char **args)
{
	(void)args;
	printf("int80 getpid: %s\n", strerror(ENOSYS));
}
#endif

/* linux/seccomp.h, which musl-gcc does not find */
struct notified {
	uint64_t id;
	uint32_t pid, flags;
	int nr;
	uint32_t arch;
	uint64_t ip, args[6];
};
struct answered {
	uint64_t id;
	int64_t val;
	int32_t error;
	uint32_t flags;
};
#define NOTIF_RECV (int)_IOWR('!', 0, struct notified)
#define NOTIF_SEND (int)_IOWR('!', 1, struct answered)

/* The listener of a filter, which arrives with the state of its container. */
static int take_listener(int connection)
{
	char text[4096], control[CMSG_SPACE(sizeof(int))];
	struct iovec into = { .iov_base = text, .iov_len = sizeof(text) - 1 };
	struct msghdr message = { .msg_iov = &into, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control) };
	long size = recvmsg(connection, &message, MSG_CMSG_CLOEXEC);
	struct cmsghdr *head = size < 0 ? NULL : CMSG_FIRSTHDR(&message);
	int fd = -1;

	if (head && head->cmsg_type == SCM_RIGHTS)
		memcpy(&fd, CMSG_DATA(head), sizeof(fd));
	text[size < 0 ? 0 : size] = '\0';
	char *metadata = strstr(text, "\"metadata\":\"");

	if (metadata) {
		metadata += strlen("\"metadata\":\"");
		metadata[strcspn(metadata, "\"")] = '\0';
	}
	printf("agent: a listener %s\n", metadata ? metadata : "without metadata");
	return fd;
}

/* Answers every call with 4321, as long as a process may call. */
static void answer_calls(int listener)
{
	struct pollfd wait = { .fd = listener, .events = POLLIN };

	while (poll(&wait, 1, -1) > 0 && wait.revents & POLLIN) {
		struct notified asked = { 0 };
		struct answered answer = { .val = 4321 };

		if (ioctl(listener, NOTIF_RECV, &asked) < 0)
			continue;
		answer.id = asked.id;
		ioctl(listener, NOTIF_SEND, &answer);
	}
}

/* Outside containers: receives terminals at a socket. Prints the name of each, then all text written to it. */
/* Prints the process of a pidfd, and nothing for another descriptor. */
static void print_pid_of(int pidfd)
{
	char path[64], line[256];
	FILE *info;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", pidfd);
	info = fopen(path, "r");
	while (info && fgets(line, sizeof(line), info))
		if (strncmp(line, "Pid:\t", 5) == 0)
			printf("pid %s", line + 5);
	if (info)
		fclose(info);
}

static void do_receive(char **args)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int listening = socket(AF_UNIX, SOCK_STREAM, 0), connection;

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", args[0]);
	unlink(args[0]);
	if (bind(listening, (struct sockaddr *)&address, sizeof(address)) < 0 || listen(listening, 8) < 0)
		misused(args[0]);
	while ((connection = accept(listening, NULL, NULL)) >= 0) {
		char text[4096], control[CMSG_SPACE(sizeof(int))];
		struct iovec into = { .iov_base = text, .iov_len = sizeof(text) - 1 };
		struct msghdr message = { .msg_iov = &into, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control) };
		long size = recvmsg(connection, &message, 0);
		struct cmsghdr *head = size <= 0 ? NULL : CMSG_FIRSTHDR(&message);
		int fd = -1;

		close(connection);
		if (!head)
			continue;
		memcpy(&fd, CMSG_DATA(head), sizeof(fd));
		text[size] = '\0';
		printf("received %s\n", text);
		print_pid_of(fd);
		while ((size = read(fd, text, sizeof(text))) > 0)
			for (long i = 0; i < size; i++)
				if (text[i] != '\r')
					putchar(text[i]);
		close(fd);
		fflush(stdout);
	}
}

/* --- sd_notify(3) */

/* A name with @ is abstract. */
static socklen_t unix_address(const char *path, struct sockaddr_un *address)
{
	size_t size = strlen(path);

	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (size >= sizeof(address->sun_path))
		misused(path);
	memcpy(address->sun_path, path, size);
	if (path[0] == '@')
		address->sun_path[0] = 0;
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size + (path[0] != '@'));
}

static void do_notify(char **args)
{
	const char *path = getenv("NOTIFY_SOCKET");
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	struct sockaddr_un address;

	if (!path) {
		printf("notify: no NOTIFY_SOCKET\n");
		return;
	}
	socklen_t size = unix_address(path, &address);

	attempt("notify", path, sendto(fd, args[0], strlen(args[0]), 0, (struct sockaddr *)&address, size));
	close(fd);
}

/* A service manager without barriers: it closes the descriptors of a message. */
static void do_manager(char **args)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	struct sockaddr_un address;
	socklen_t size = unix_address(args[0], &address);
	char text[4096];
	ssize_t n;

	unlink(args[0]);
	if (bind(fd, (struct sockaddr *)&address, size) < 0)
		misused(args[0]);
	printf("listens\n");
	fflush(stdout);
	while ((n = recv(fd, text, sizeof(text) - 1, 0)) >= 0) {
		while (n > 0 && text[n - 1] == '\n')
			n--;
		text[n] = 0;
		printf("heard %s\n", text);
		fflush(stdout);
	}
}

static void exit_of(int sig)
{
	_exit(128 + sig);
}

/* A line of stdin, which may be a terminal. */
static void do_type(char **args)
{
	char line[256];

	(void)args;
	if (fgets(line, sizeof(line), stdin))
		printf("read: %s", line);
}

/* Writes until it is stopped, or until nobody reads any more. */
static void do_flood(char **args)
{
	(void)args;
	signal(SIGINT, exit_of);
	while (printf("flood of words\n") > 0 && !ferror(stdout))
		;
}

/* A child in its own session floods the terminal, also after this process has ended. */
static void do_apart(char **args)
{
	if (fork() == 0) {
		signal(SIGHUP, SIG_IGN);
		setsid();
		do_flood(args);
		_exit(0);
	}
	usleep(500000);
}

/* Outside containers: a socket whose queue is full. */
static void do_crowd(char **args)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int listening = socket(AF_UNIX, SOCK_STREAM, 0), one;

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", args[0]);
	if (bind(listening, (struct sockaddr *)&address, sizeof(address)) < 0 || listen(listening, 0) < 0)
		misused(args[0]);
	do
		one = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	while (connect(one, (struct sockaddr *)&address, sizeof(address)) == 0);
	printf("crowd: %s\n", strerror(errno));
	fflush(stdout);
	pause();
}

/* Outside containers: a seccomp agent at a socket. */
static void do_agent(char **args)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(name.sun_path, sizeof(name.sun_path), "%s", args[0]);
	if (bind(server, (struct sockaddr *)&name, sizeof(name)) < 0 || listen(server, 8) < 0)
		misused(args[0]);
	signal(SIGCHLD, SIG_IGN);
	for (;;) {
		int connection = accept(server, NULL, NULL), listener = take_listener(connection);

		close(connection);
		if (listener >= 0 && fork() == 0) {
			answer_calls(listener);
			_exit(0);
		}
		close(listener);
	}
}

/* --- the network */

static void do_net(char **args)
{
	struct if_nameindex *links = if_nameindex();
	struct ifaddrs *all = NULL;

	(void)args;
	getifaddrs(&all);
	for (struct if_nameindex *l = links; l && l->if_name; l++) {
		struct ifreq request = { 0 };
		int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

		snprintf(request.ifr_name, IFNAMSIZ, "%s", l->if_name);
		ioctl(fd, 0x8913 /* SIOCGIFFLAGS */, &request);
		close(fd);
		if (strcmp(l->if_name, "lo") != 0 && !(request.ifr_flags & IFF_UP))
			continue; /* devices that some kernels make in every network namespace: sit0, tunl0 */
		printf("net %s: %s", l->if_name, request.ifr_flags & IFF_UP ? "up" : "down");
		for (struct ifaddrs *a = all; a; a = a->ifa_next)
			if (a->ifa_addr && a->ifa_addr->sa_family == AF_INET && strcmp(a->ifa_name, l->if_name) == 0)
				printf(" %s", inet_ntoa(((struct sockaddr_in *)a->ifa_addr)->sin_addr));
		printf("\n");
	}
}

static int prefix_of(const struct sockaddr *mask)
{
	const uint8_t *bytes = mask->sa_family == AF_INET ? (const uint8_t *)&((const struct sockaddr_in *)mask)->sin_addr
							  : (const uint8_t *)&((const struct sockaddr_in6 *)mask)->sin6_addr;
	int bits = 0;

	for (int i = 0; i < (mask->sa_family == AF_INET ? 4 : 16); i++)
		bits += __builtin_popcount(bytes[i]);
	return bits;
}

/* All facts about one device, except its link-local address, which appears at any time. */
static void do_link(char **args)
{
	struct ifreq request = { 0 };
	struct ifaddrs *all = NULL;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	const uint8_t *mac = (const uint8_t *)request.ifr_hwaddr.sa_data;

	snprintf(request.ifr_name, IFNAMSIZ, "%s", args[0]);
	if (ioctl(fd, 0x8913 /* SIOCGIFFLAGS */, &request) < 0) {
		attempt("link", args[0], -1);
		return;
	}
	printf("link %s: %s", args[0], request.ifr_flags & IFF_UP ? "up" : "down");
	ioctl(fd, 0x8921 /* SIOCGIFMTU */, &request);
	printf(", mtu %d", request.ifr_mtu);
	ioctl(fd, 0x8927 /* SIOCGIFHWADDR */, &request);
	printf(", %02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
	getifaddrs(&all);
	for (struct ifaddrs *a = all; a; a = a->ifa_next) {
		char text[INET6_ADDRSTRLEN];
		int family = a->ifa_addr ? a->ifa_addr->sa_family : 0;

		if (strcmp(a->ifa_name, args[0]) != 0 || (family != AF_INET && family != AF_INET6))
			continue;
		if (family == AF_INET)
			inet_ntop(family, &((struct sockaddr_in *)a->ifa_addr)->sin_addr, text, sizeof(text));
		else if (IN6_IS_ADDR_LINKLOCAL(&((struct sockaddr_in6 *)a->ifa_addr)->sin6_addr))
			continue;
		else
			inet_ntop(family, &((struct sockaddr_in6 *)a->ifa_addr)->sin6_addr, text, sizeof(text));
		printf(", %s/%d", text, prefix_of(a->ifa_netmask));
	}
	printf("\n");
	close(fd);
}

static uint16_t checksum(const uint8_t *bytes, size_t size)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < size; i += 2)
		sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
	sum = ~(sum + (sum >> 16));
	return htons((uint16_t)sum);
}

static void do_ping(char **args)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	struct icmphdr echo = { .type = ICMP_ECHO, .un.echo = { .id = htons(7), .sequence = htons(1) } };
	struct {
		struct iphdr ip;
		struct icmphdr icmp;
	} answer = { 0 };
	struct timeval limit = { .tv_sec = 3 };
	int fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP);

	inet_pton(AF_INET, args[0], &to.sin_addr);
	echo.checksum = checksum((const uint8_t *)&echo, sizeof(echo));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	long result = sendto(fd, &echo, sizeof(echo), 0, (struct sockaddr *)&to, sizeof(to));

	while (result >= 0 && (answer.icmp.type != ICMP_ECHOREPLY || answer.ip.saddr != to.sin_addr.s_addr))
		result = recv(fd, &answer, sizeof(answer), 0);
	attempt("ping", args[0], result);
	close(fd);
}

/* --- races, run outside containers */

/* Exchanges two names for some seconds, as fast as possible. */
static void do_swap(char **args)
{
	time_t end = time(NULL) + atoi(args[2]);

	while (time(NULL) <= end)
		for (int i = 0; i < 1000; i++)
			syscall(SYS_renameat2, AT_FDCWD, args[0], AT_FDCWD, args[1], 2 /* RENAME_EXCHANGE */);
}

/* A wrong method: checks whether a name is a directory, then opens it by its name. Reports whether this led elsewhere. */
static void do_naive(char **args)
{
	time_t end = time(NULL) + atoi(args[1]);
	int escapes = 0;

	while (time(NULL) <= end && escapes == 0) {
		struct stat before, after;
		int fd = lstat(args[0], &before) < 0 || !S_ISDIR(before.st_mode) ? -1 : open(args[0], O_PATH | O_CLOEXEC);

		if (fd < 0)
			continue;
		if (fstat(fd, &after) == 0 && (after.st_ino != before.st_ino || after.st_dev != before.st_dev))
			escapes++;
		close(fd);
	}
	printf("naive: %s\n", escapes ? "escaped" : "stayed");
}

/* --- signals and the end */

static void do_raise(char **args)
{
	kill(getpid(), signal_number(args[0]));
	printf("raise %s: still here\n", args[0]);
}

/* Prints `ready`, then each signal that arrives, until TERM. */
static void do_trap(char **args)
{
	sigset_t set;
	int got;

	(void)args;
	sigfillset(&set);
	sigprocmask(SIG_SETMASK, &set, NULL);
	printf("ready\n");
	do {
		got = sigwaitinfo(&set, NULL);
		printf("got %s\n", signal_name(got));
	} while (got != SIGTERM);
	sigemptyset(&set);
	sigprocmask(SIG_SETMASK, &set, NULL);
}

/* If the parent of a process has died, process 1 must wait for it. */
static void do_orphan(char **args)
{
	int status, count = 0;
	pid_t child = fork();

	(void)args;
	if (child == 0) {
		if (fork() == 0)
			usleep(50000);
		_exit(0);
	}
	while (wait(&status) > 0)
		count++;
	printf("orphan: waited for %d\n", count);
}

/* clang-format off */
static void do_say(char **args) { printf("%s\n", args[0]); }
static void do_sleep(char **args) { sleep((unsigned)atoi(args[0])); }
static void do_exit(char **args) { exit(atoi(args[0])); }
static void do_eat(char **args) { for (int i = 0; i < atoi(args[0]) << 8; i++) *(volatile char *)malloc(4096) = 1; }

static const struct verb { const char *name; int args; void (*run)(char **); } verbs[] = {
	{ "ns", 0, do_ns }, { "pid", 0, do_pid }, { "id", 0, do_id }, { "caps", 0, do_caps },
	{ "names", 0, do_names }, { "cgroup", 0, do_cgroup }, { "cwd", 0, do_cwd }, { "umask", 0, do_umask },
	{ "env", 0, do_env }, { "rlimit", 1, do_rlimit }, { "fds", 0, do_fds }, { "signals", 0, do_signals },
	{ "privileges", 0, do_privileges }, { "filters", 0, do_filters }, { "keyring", 0, do_keyring }, { "clock", 2, do_clock },
	{ "scheduler", 0, do_scheduler }, { "ioprio", 0, do_ioprio }, { "personality", 0, do_personality },
	{ "mempolicy", 0, do_mempolicy }, { "affinity", 0, do_affinity },
	{ "ask", 2, do_ask }, { "int80", 0, do_int80 }, { "agent", 1, do_agent }, { "receive", 1, do_receive }, { "notify", 1, do_notify }, { "manager", 1, do_manager }, { "crowd", 1, do_crowd }, { "type-to-me", 0, do_type }, { "flood", 0, do_flood }, { "apart", 0, do_apart }, { "terminal", 0, do_terminal }, { "either", 2, do_either },
	{ "read", 1, do_read }, { "stat", 1, do_stat }, { "ls", 1, do_ls }, { "mount", 1, do_mount },
	{ "fs", 1, do_fs }, { "mounts", 0, do_mounts }, { "hidden", 1, do_hidden }, { "readonly", 1, do_readonly },
	{ "limit", 2, do_limit }, { "call", 1, do_call }, { "write", 1, do_write }, { "put", 2, do_put },
	{ "open", 1, do_open }, { "mkdir", 1, do_mkdir }, { "remove", 1, do_remove }, { "umount", 1, do_umount },
	{ "chown", 1, do_chown }, { "mknod", 1, do_mknod }, { "node", 3, do_node }, { "sethostname", 1, do_sethostname },
	{ "chroot", 1, do_chroot }, { "tmpfs", 1, do_tmpfs }, { "remount", 1, do_remount }, { "net", 0, do_net }, { "link", 1, do_link }, { "ping", 1, do_ping },
	{ "swap", 3, do_swap }, { "naive", 2, do_naive }, { "raise", 1, do_raise }, { "trap", 0, do_trap },
	{ "orphan", 0, do_orphan }, { "say", 1, do_say }, { "sleep", 1, do_sleep }, { "exit", 1, do_exit },
	{ "eat", 1, do_eat },
};
/* clang-format on */

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (int i = 1; i < argc; i++) {
		const struct verb *verb = NULL;

		for (size_t v = 0; v < COUNT(verbs) && !verb; v++)
			if (strcmp(verbs[v].name, argv[i]) == 0)
				verb = &verbs[v];
		if (!verb || i + verb->args >= argc)
			misused(argv[i]);
		verb->run(argv + i + 1);
		i += verb->args;
	}
	return 0;
}
