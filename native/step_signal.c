#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "linux.h"
#include "parent.h"
#include "process.h"
#include "steps.gen.h"

int open_process(pid_t pid, uint64_t started)
{
	int pidfd = SYS(SYS_pidfd_open, pid, 0);
	uint64_t when;

	if (pidfd < 0)
		return pidfd;
	if (start_time(pid, &when) == 0 && when == started)
		return pidfd;
	close(pidfd);
	return -ESRCH;
}

int do_signal(struct context *c, const struct signal_args *a)
{
	int pidfd = open_process((pid_t)a->pid, a->start_time), err = pidfd;

	(void)c;
	if (pidfd >= 0) {
		err = SYS(SYS_pidfd_send_signal, pidfd, a->signal, NULL, 0);
		close(pidfd);
	}
	return a->lenient && err == -ESRCH ? 0 : err;
}

int do_gone(struct context *c, const struct gone_args *a)
{
	int pidfd = open_process((pid_t)a->pid, a->start_time), ready;

	if (pidfd < 0)
		return pidfd == -ESRCH ? 0 : pidfd;
	ready = wait_readable(pidfd, c->cancel, (int)a->timeout);
	close(pidfd);
	return ready < 0 ? ready : ready ? 0 : -ETIMEDOUT;
}

static int put_word(const char *dir, const char *file, const char *word)
{
	char path[PATH_MAX];
	int fd, n = snprintf(path, sizeof(path), "%s/%s", dir, file);

	if (n < 0 || n >= PATH_MAX)
		return -ENAMETOOLONG;
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = write(fd, word, strlen(word)) < 0 ? -errno : 0;
	close(fd);
	return n;
}

static int signal_list(const char *dir, int sig)
{
	char path[PATH_MAX], line[32];
	int n = snprintf(path, sizeof(path), "%s/cgroup.procs", dir), count = 0;
	FILE *procs = n < 0 || n >= PATH_MAX ? NULL : fopen(path, "re");

	if (procs == NULL)
		return 0;
	while (fgets(line, sizeof(line), procs) != NULL) {
		pid_t pid = (pid_t)strtol(line, NULL, 10);

		if (pid > 0 && pid != getpid() && kill(pid, sig) == 0)
			count++;
	}
	fclose(procs);
	return count;
}

static int signal_tree(const char *dir, int sig, int depth)
{
	int count = signal_list(dir, sig);
	struct dirent *entry;
	DIR *folder = depth > 32 ? NULL : opendir(dir);

	if (folder == NULL)
		return count;
	while ((entry = readdir(folder)) != NULL) {
		char below[PATH_MAX];
		int n;

		if (entry->d_type != DT_DIR || strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		n = snprintf(below, sizeof(below), "%s/%s", dir, entry->d_name);
		if (n > 0 && n < PATH_MAX)
			count += signal_tree(below, sig, depth + 1);
	}
	closedir(folder);
	return count;
}

/*
 * v2 kills a whole cgroup in one act. On v1 the hierarchy with a freezer is frozen meanwhile, so that no process forks away
 * from under the list; a frozen process takes its SIGKILL when it thaws.
 */
static bool kill_whole(struct context *c, struct texts dirs)
{
	char path[PATH_MAX];

	for (uint32_t i = 0, all = dirs.count; i < all; i++)
		if (text_fill(c, next_text(&dirs), path, sizeof(path)) == 0 && put_word(path, "cgroup.kill", "1") == 0)
			return true;
	return false;
}

int signal_cgroups(struct context *c, struct texts dirs, int sig)
{
	char path[PATH_MAX];
	int count = 0;

	if (sig == SIGKILL && kill_whole(c, dirs))
		return 1;
	for (uint32_t i = 0, all = dirs.count; i < all; i++) {
		bool frozen;

		if (text_fill(c, next_text(&dirs), path, sizeof(path)) < 0)
			continue;
		frozen = sig == SIGKILL && put_word(path, "freezer.state", "FROZEN") == 0;
		count += signal_tree(path, sig, 0);
		if (frozen)
			put_word(path, "freezer.state", "THAWED");
		if (count > 0 && sig != SIGKILL)
			break;	/* every hierarchy lists the same processes: one signal each */
	}
	return count;
}

int do_signal_all(struct context *c, const struct signal_all_args *a)
{
	return signal_cgroups(c, a->dirs, (int)a->signal) > 0 ? 0 : -ESRCH;
}
