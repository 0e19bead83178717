/*
 * The floor: it makes only the system calls that every runtime needs for bundles/default, if it resolves the image's paths safely.
 * The bundle is compiled in, and the facts of the machine are arguments:
 *
 *   floor ROOTFS STATE ID CGROUP2|- MOUNT:CONTROLLERS...      (one for each cgroup v1 hierarchy)
 *
 * Its state is a folder with one file, so that others can find the container. It has no second executable for the init, no
 * undo, and no message between the two processes. (On a machine with only cgroup v2 it also has no device filter.)
 */
#include "floor.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "../native/shared/linux.h"

int must(const char *what, int result)
{
	if (result >= 0)
		return result;
	if (result < -1) /* of SYS() */
		errno = -result;
	perror(what);
	_exit(125);
}

void write_to(const char *dir, const char *file, const char *value)
{
	char path[512];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, file);
	fd = must(path, open(path, O_WRONLY | O_CLOEXEC));
	must(path, (int)write(fd, value, strlen(value)));
	close(fd);
}

/* A new v1 cpuset is empty, and no process can join it. */
static void copy_up(const struct hierarchy *h, const char *file)
{
	char path[512], value[4096];
	int fd, n;

	snprintf(path, sizeof(path), "%s/%s", h->mount, file);
	fd = must(path, open(path, O_RDONLY | O_CLOEXEC));
	n = must(path, (int)read(fd, value, sizeof(value) - 1));
	close(fd);
	value[n] = 0;
	write_to(h->dir, file, value);
}

static void limit_devices(const struct hierarchy *h)
{
	static const char *const allowed[] = {
		"c *:* m",   "b *:* m",	  "c 1:3 rwm", "c 1:5 rwm",   "c 1:7 rwm",    "c 1:8 rwm",
		"c 1:9 rwm", "c 5:0 rwm", "c 5:2 rwm", "c 136:* rwm", "c 10:200 rwm",
	};
	char path[512];
	int fd;

	write_to(h->dir, "devices.deny", "a");
	snprintf(path, sizeof(path), "%s/devices.allow", h->dir);
	fd = must(path, open(path, O_WRONLY | O_CLOEXEC));
	for (size_t i = 0; i < sizeof(allowed) / sizeof(*allowed); i++)
		must(allowed[i], (int)write(fd, allowed[i], strlen(allowed[i])));
	close(fd);
}

static void make_cgroups(struct machine *m)
{
	for (int i = 0; i < m->count; i++) {
		struct hierarchy *h = &m->v1[i];

		snprintf(h->dir, sizeof(h->dir), "%s/%s", h->mount, m->id);
		must(h->dir, mkdir(h->dir, 0755));
		if (strcmp(h->controllers, "cpuset") == 0) {
			copy_up(h, "cpuset.cpus");
			copy_up(h, "cpuset.mems");
		}
		if (strcmp(h->controllers, "devices") == 0)
			limit_devices(h);
	}
}

/* A dying process leaves its cgroup with a short delay. */
static void remove_cgroup(const char *dir)
{
	for (int i = 0; rmdir(dir) < 0; i++) {
		must(dir, errno == EBUSY && i < 10000 ? 0 : -1);
		usleep(50);
	}
}

static void remove_cgroups(const struct machine *m, const char *v2)
{
	for (int i = 0; i < m->count; i++)
		remove_cgroup(m->v1[i].dir);
	if (v2[0] != 0)
		remove_cgroup(v2);
}

static int make_state(const struct machine *m)
{
	int root = must(m->state, open(m->state, O_RDONLY | O_DIRECTORY | O_CLOEXEC));

	must(m->id, mkdirat(root, m->id, 0700));
	return must(m->id, openat(root, m->id, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

static void record(const struct machine *m, int dir, int pid)
{
	int fd = must("state", openat(dir, ".state", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));

	dprintf(fd, "{\"id\":\"%s\",\"pid\":%d,\"status\":\"running\"}\n", m->id, pid);
	close(fd);
	must("state", renameat(dir, ".state", dir, "state.json"));
}

static void remove_state(const struct machine *m, int dir)
{
	char path[512];

	must("state", unlinkat(dir, "state.json", 0));
	snprintf(path, sizeof(path), "%s/%s", m->state, m->id);
	must(path, rmdir(path));
}

static int run(struct machine *m)
{
	struct clone_args_ birth = { .flags = CLONE_NEWPID, .exit_signal = SIGCHLD };
	int dir = make_state(m), pid, status;
	char v2[256] = "";

	make_cgroups(m);
	if (m->cgroup2[0] != '-') {
		snprintf(v2, sizeof(v2), "%s/%s", m->cgroup2, m->id);
		must(v2, mkdir(v2, 0755));
		birth.flags |= CLONE_INTO_CGROUP_;
		birth.cgroup = (uint64_t)must(v2, open(v2, O_PATH | O_DIRECTORY | O_CLOEXEC));
	}
	pid = must("clone3", SYS(SYS_clone3, &birth, sizeof(birth)));
	if (pid == 0)
		become(m);
	record(m, dir, pid);
	must("wait", waitpid(pid, &status, 0));
	remove_cgroups(m, v2);
	remove_state(m, dir);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Splits the list in "/sys/fs/cgroup/cpu:cpu,cpuacct" into words. The result is one byte longer than the argument, hence the copy. */
static void take_hierarchy(struct hierarchy *h, const char *argument)
{
	static char room[MAX_HIERARCHIES * 128], *free = room;
	char *copy = free, *colon;

	free += snprintf(copy, 126, "%s", argument) + 2;
	colon = strchr(copy, ':');
	must(argument, colon && free < room + sizeof(room) - 128 ? 0 : -EINVAL);
	*colon = 0;
	*h = (struct hierarchy){ .mount = copy, .controllers = colon + 1 };
	for (char *c = colon + 1; *c; c++)
		if (*c == ',')
			*c = 0;
}

int main(int argc, char **argv)
{
	static struct machine m;

	if (argc < 5 || argc - 5 > MAX_HIERARCHIES) {
		fprintf(stderr, "usage: floor ROOTFS STATE ID CGROUP2|- MOUNT:CONTROLLERS...\n");
		return 2;
	}
	m = (struct machine){ .rootfs = argv[1], .state = argv[2], .id = argv[3], .cgroup2 = argv[4], .count = argc - 5 };
	for (int i = 0; i < m.count; i++)
		take_hierarchy(&m.v1[i], argv[5 + i]);
	return run(&m);
}
