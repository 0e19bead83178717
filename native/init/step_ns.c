#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "init/steps.gen.h"
#include "shared/fd.h"
#include "shared/linux.h"
#include "shared/process.h"
#include "wire/message.h"

/* Writing "0" to `tasks` moves the single thread that writes: no global lock, no RCU grace period (cgroup-v1). */
static int enter(const char *dir, const char *file)
{
	char path[PATH_MAX];
	size_t size = strlen(dir);
	cleanup_close int fd = -1;

	if (size + 1 + strlen(file) >= sizeof(path))
		return -ENAMETOOLONG;
	memcpy(path, dir, size);
	path[size] = '/';
	strcpy(path + size + 1, file);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	return write(fd, "0", 1) < 0 ? -errno : 0;
}

/* Where there is no second file, the error of the first one is the reason. */
static int enter_any(const char *dir)
{
	int tasks = enter(dir, "tasks"), procs = tasks < 0 ? enter(dir, "cgroup.procs") : 0;

	return procs == -ENOENT ? tasks : procs;
}

int do_join(struct init *c, const struct join_args *a)
{
	struct texts dirs = a->dirs;
	char dir[PATH_MAX];

	for (uint32_t i = 0; i < a->dirs.count; i++) {
		int err = text_fill(&c->common, next_text(&dirs), dir, sizeof(dir));

		if (err == 0)
			err = enter_any(dir);
		if (err < 0) {
			detail(&c->common, dir);
			return err;
		}
	}
	return 0;
}

static int slot_of(uint32_t type)
{
	static const uint32_t types[8] = {
		CLONE_NEWUSER, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWPID, CLONE_NEWNS, CLONE_NEWNET, CLONE_NEWCGROUP, CLONE_NEWTIME_,
	};

	for (int i = 0; i < 8; i++)
		if (types[i] == type)
			return i;
	return -EINVAL;
}

static bool is_same(int fd, const char *path)
{
	struct stat a, b;

	return fstat(fd, &a) == 0 && stat(path, &b) == 0 && is_same_file(&a, &b);
}

/* All are opened before the first is entered: afterwards their paths may name something else, or nothing. */
int do_nsfd(struct init *c, const struct nsfd_args *a)
{
	cleanup_close int fd = open(a->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int slot = slot_of(a->type), type;

	if (slot < 0)
		return slot;
	if (fd < 0)
		return -errno;
	type = ioctl(fd, NS_GET_NSTYPE_);
	if (type < 0 || (uint32_t)type != a->type) {
		detail(&c->common, type < 0 ? "not a namespace" : "a namespace of another type");
		return -EINVAL;
	}
	/* The plan was made for a namespace that is not our own: in our own it would change what it must not change. */
	if (is_same(fd, a->own))
		return -EPERM;
	c->namespaces[slot] = steal_fd(&fd);
	return 0;
}

/* EPERM: groups cannot be dropped in this namespace, and nobody could drop them before. The step `user` tells who may not keep them. */
static int drop_groups(void)
{
	int err = SYS(SYS_setgroups, 0, NULL);

	return err == -EPERM ? 0 : err;
}

int do_setns(struct init *c, const struct setns_args *a)
{
	int slot = slot_of(a->type), err = 0;
	cleanup_close int fd = -1;

	if (slot < 0 || c->namespaces[slot] < 0)
		return -EINVAL;
	if (a->drop_groups)
		err = drop_groups();
	if (err < 0)
		return err;
	fd = steal_fd(&c->namespaces[slot]);
	return setns(fd, (int)a->type) < 0 ? -errno : 0;
}

/* A change of credentials gives a process the value of fs.suid_dumpable (prctl(2), PR_SET_DUMPABLE). */
static int stay_hidden(struct init *c, bool hidden)
{
	return hidden ? do_undumpable(c) : 0;
}

int do_enter(struct init *c, const struct enter_args *a)
{
	cleanup_close int pidfd = open_process((pid_t)a->pid, a->start_time);
	bool hidden = prctl(PR_GET_DUMPABLE) == 0;
	int err = 0;

	close_fd(&c->proc_fd); /* the host's: no way there is held inside */
	c->proc_fd = -1;
	if (pidfd < 0)
		return pidfd;
	if (a->drop_groups)
		err = drop_groups();
	if (err < 0)
		return err;
	if (a->types != 0 && setns(pidfd, (int)a->types) < 0)
		err = -errno;
	return err < 0 ? err : stay_hidden(c, hidden);
}

int do_unshare(struct init *c, const struct unshare_args *a)
{
	(void)c;
	return unshare((int)a->flags) < 0 ? -errno : 0;
}

/*
 * Takes the ids of the new namespace in place of the overflow ids. Groups come first, as they cannot be dropped afterwards where setgroups is
 * denied.
 */
int do_become_root(struct init *c, const struct become_root_args *a)
{
	bool hidden = prctl(PR_GET_DUMPABLE) == 0;
	int err = 0;

	if (SYS(SYS_setresgid, a->gid, a->gid, a->gid) < 0)
		return -errno;
	if (!a->keep_groups)
		err = drop_groups();
	if (err == 0)
		err = SYS(SYS_setresuid, a->uid, a->uid, a->uid);
	return err < 0 ? err : stay_hidden(c, hidden);
}

int do_undumpable(struct init *c)
{
	(void)c;
	return prctl(PR_SET_DUMPABLE, 0) < 0 ? -errno : 0;
}

/* As unshare(1): of a process that is not of its parent's user namespace, too. */
int do_parent_death(struct init *c, const struct parent_death_args *a)
{
	(void)c;
	return prctl(PR_SET_PDEATHSIG, a->signal) < 0 ? -errno : 0;
}

int do_dumpable(struct init *c)
{
	(void)c;
	return prctl(PR_SET_DUMPABLE, 1) < 0 ? -errno : 0;
}

/*
 * The child is the parent's child (CLONE_PARENT), so that it can be reaped there; the kernel leaves its number, as the parent
 * knows it, in memory that both share.
 */
int do_fork(struct init *c)
{
	pid_t *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct clone_args_ args = {
		.flags = CLONE_PARENT | CLONE_PARENT_SETTID,
		.parent_tid = (uint64_t)(uintptr_t)shared,
	};
	int pid;

	if (shared == MAP_FAILED)
		return -errno;
	pid = SYS(SYS_clone3, &args, sizeof(args));
	if (pid < 0)
		return pid;
	if (pid > 0)
		_exit(0);
	pid = *shared;
	munmap(shared, sizeof(*shared));
	c->common.pid = getpid();
	return send_message(&c->common, PID, pid);
}

int do_setsid(struct init *c)
{
	(void)c;
	return setsid() < 0 ? -errno : 0;
}

enum { KEYCTL_JOIN = 1, KEYCTL_SETPERM_ = 5 };

/* The container gets a keyring of its own; it would share the caller's otherwise (keyrings(7)). The owner may find it by name. */
int do_keyring(struct init *c, const struct keyring_args *a)
{
	char name[PATH_MAX];
	int err = text_fill(&c->common, a->name, name, sizeof(name)), key;

	if (err < 0)
		return err;
	key = SYS(SYS_keyctl, KEYCTL_JOIN, name, 0, 0, 0);
	if (key == -ENOSYS) /* a kernel without keys has none to protect */
		return 0;
	return key < 0 ? key : SYS(SYS_keyctl, KEYCTL_SETPERM_, key, 0x3f1b0000, 0, 0);
}

int do_loopback(struct init *c)
{
	struct ifreq request = { .ifr_name = "lo" };
	cleanup_close int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	(void)c;
	if (fd < 0 || ioctl(fd, SIOCGIFFLAGS, &request) < 0)
		return -errno;
	request.ifr_flags |= IFF_UP;
	return ioctl(fd, SIOCSIFFLAGS, &request) < 0 ? -errno : 0;
}
