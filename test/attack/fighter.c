/*
 * The process of a container that resists its own end, or looks for a way out: `fighter WAY…`, each way in its own process, or `fighter alone WAY`.
 * Only for a container with a limit of pids, in the sandbox of the tests.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_TREES = 32, LEVELS = 40 };

/* The folders of the visible hierarchies, v1 or v2. */
static char trees[MAX_TREES][256];
static int tree_count;

static void find_trees(void)
{
	DIR *all = opendir("/sys/fs/cgroup");
	struct dirent *entry;

	if (access("/sys/fs/cgroup/cgroup.procs", F_OK) == 0)
		strcpy(trees[tree_count++], "/sys/fs/cgroup");
	while (all && (entry = readdir(all)) && tree_count < MAX_TREES)
		if (entry->d_name[0] != '.' && entry->d_type == DT_DIR)
			snprintf(trees[tree_count++], sizeof(trees[0]), "/sys/fs/cgroup/%s", entry->d_name);
}

static int put(const char *folder, const char *file, const char *words)
{
	char path[8192];
	int fd, n;

	snprintf(path, sizeof(path), "%s/%s", folder, file);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : (int)write(fd, words, strlen(words));
	if (fd >= 0)
		close(fd);
	return n;
}

static void bomb(void)
{
	for (;;)
		if (fork() < 0)
			sched_yield();
}

/* All permitted processes: in its pid namespace all except the first process and itself. */
static void stop(void)
{
	for (;;)
		kill(-1, SIGSTOP);
}

/* Traces all others, and would see each stop before it takes effect. */
static void trace(void)
{
	for (;;) {
		DIR *all = opendir("/proc");
		struct dirent *entry;

		while (all && (entry = readdir(all))) {
			pid_t pid = atoi(entry->d_name);

			if (pid > 0 && pid != getpid())
				ptrace(PTRACE_SEIZE, pid, 0, PTRACE_O_TRACEEXIT | PTRACE_O_TRACEFORK | PTRACE_O_TRACECLONE);
			if (pid > 0 && pid != getpid())
				ptrace(PTRACE_INTERRUPT, pid, 0, 0);
		}
		if (all)
			closedir(all);
	}
}

static void dead_end(void)
{
	for (;;)
		pause();
}

/* From one cgroup to another and back, with children that do the same. */
static void hop(void)
{
	for (int i = 0;; i++) {
		char name[64];

		for (int tree = 0; tree < tree_count; tree++) {
			char folder[512];

			snprintf(folder, sizeof(folder), "%s/hop%d", trees[tree], i % 7);
			mkdir(folder, 0755);
			put(folder, "cgroup.procs", "0");
		}
		snprintf(name, sizeof(name), "hop%d", i);
		prctl(PR_SET_NAME, name);
		if (i % 16 == 0)
			(void)!fork();
	}
}

/* Makes deep and wide folders with long names, for ever. */
static void grow(void)
{
	char name[240];

	memset(name, 'g', sizeof(name) - 1);
	name[sizeof(name) - 1] = 0;
	for (int i = 0;; i++)
		for (int tree = 0; tree < tree_count; tree++) {
			char path[8192];
			int n = snprintf(path, sizeof(path), "%s/grow%d", trees[tree], i % 1000);

			for (int level = 0; level < LEVELS && n < 4000 && mkdir(path, 0755) == 0; level++)
				n += snprintf(path + n, sizeof(path) - (size_t)n, "/%.*s", level % 3 == 0 ? 200 : 3, name);
		}
}

static void froze(void)
{
	for (int tree = 0; tree < tree_count; tree++) {
		char folder[512];

		snprintf(folder, sizeof(folder), "%s/frozen", trees[tree]);
		mkdir(folder, 0755);
		put(folder, "cgroup.procs", "0");
	}
	for (int tree = 0; tree < tree_count; tree++) {
		char folder[512];

		snprintf(folder, sizeof(folder), "%s/frozen", trees[tree]);
		put(folder, "freezer.state", "FROZEN");
		put(trees[tree], "freezer.state", "FROZEN");
		put(folder, "cgroup.freeze", "1");
	}
	dead_end();
}

/* After vfork the parent can do nothing but die as long as the child runs. */
static void hold(void)
{
	if (vfork() == 0)
		dead_end();
	dead_end();
}

/* --- ways to look outside, which print lines */

static int leads_out(int dir)
{
	return faccessat(dir, "run/ocits-canary/file", F_OK, 0) == 0 || faccessat(dir, "ocits-canary/file", F_OK, 0) == 0;
}

static void look_at(const char *pid, const char *name)
{
	char path[600];
	int fd;

	snprintf(path, sizeof(path), "/proc/%s/%s", pid, name);
	fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	if (leads_out(fd))
		printf("out by %s\n", name);
	close(fd);
}

static void look_at_all(const char *pid)
{
	char path[64], exe[256] = "";
	DIR *all;
	struct dirent *entry;

	look_at(pid, "root");
	look_at(pid, "cwd");
	snprintf(path, sizeof(path), "/proc/%s/fd", pid);
	all = opendir(path);
	while (all && (entry = readdir(all))) {
		char name[300];

		snprintf(name, sizeof(name), "fd/%s", entry->d_name);
		look_at(pid, name);
	}
	if (all)
		closedir(all);
	snprintf(path, sizeof(path), "/proc/%s/exe", pid);
	if (readlink(path, exe, sizeof(exe) - 1) > 0 && strstr(exe, "ocits-init"))
		printf("it can be looked at: %s\n", exe);
}

/* Every visible process that may be an init. */
static void watch(void)
{
	for (;;) {
		DIR *all = opendir("/proc");
		struct dirent *entry;

		while (all && (entry = readdir(all)))
			if (atoi(entry->d_name) > 0 && atoi(entry->d_name) != getpid())
				look_at_all(entry->d_name);
		if (all)
			closedir(all);
	}
}

/* chroot(2): a process may leave its root if it may make another one. */
static void unroot(void)
{
	mkdir("/elsewhere", 0755);
	if (chroot("/elsewhere") < 0)
		printf("chroot: %s\n", strerror(errno));
	for (int i = 0; i < 64; i++)
		if (chdir("..") < 0)
			break;
	if (chroot(".") < 0)
		printf("chroot: %s\n", strerror(errno));
	printf("%s\n", leads_out(AT_FDCWD) || access("/bin/fighter", F_OK) < 0 ? "outside" : "inside");
	exit(0);
}

/* Puts another file at the place of new terminals, and removes it again. */
static void replace(void)
{
	for (;;) {
		mount("tmpfs", "/dev/pts", "tmpfs", 0, "");
		mkfifo("/dev/pts/ptmx", 0666);
		(void)!symlink("/proc/1/root", "/dev/pts/0");
		usleep(1000);
		umount2("/dev/pts", MNT_DETACH);
		usleep(1000);
	}
}

static void type(void)
{
	printf("type: %s\n", ioctl(0, TIOCSTI, "x") < 0 ? strerror(errno) : "ok");
	exit(0);
}

static const struct {
	const char *name;
	void (*run)(void);
} ways[] = {
	{ "bomb", bomb }, { "stop", stop },   { "trace", trace },   { "hop", hop },   { "grow", grow },	      { "freeze", froze },
	{ "hold", hold }, { "watch", watch }, { "unroot", unroot }, { "type", type }, { "replace", replace },
};

int main(int argc, char **argv)
{
	sigset_t all;

	setvbuf(stdout, NULL, _IOLBF, 0);
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	find_trees();
	/* Printed first, because the ways may prevent it later. */
	printf("ready\n");
	if (argc == 3 && strcmp(argv[1], "alone") == 0)
		for (size_t way = 0; way < sizeof(ways) / sizeof(ways[0]); way++)
			if (strcmp(argv[2], ways[way].name) == 0)
				ways[way].run();
	for (int i = 1; i < argc; i++) {
		for (size_t way = 0; way < sizeof(ways) / sizeof(ways[0]); way++)
			if (strcmp(argv[i], ways[way].name) == 0 && fork() == 0)
				ways[way].run();
		usleep(5000); /* the next one may stop this one, which must have begun */
	}
	for (;;)
		if (waitpid(-1, NULL, 0) < 0)
			pause();
}
