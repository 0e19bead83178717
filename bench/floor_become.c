/* The container of the floor: the path from the host's namespaces to /bin/true in its own. */
#include "floor.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "../native/shared/linux.h"

enum {
	NONE = 0,
	PLAIN = MOUNT_ATTR_NOSUID_ | MOUNT_ATTR_NOEXEC_ | MOUNT_ATTR_NODEV_,
	RO = MOUNT_ATTR_RDONLY_,
	KEPT = 1 << 5 | 1 << 10 | 1 << 29, /* CAP_KILL, CAP_NET_BIND_SERVICE, CAP_AUDIT_WRITE */
	KEYCTL_JOIN = 1,
	KEYCTL_SETPERM_ = 5,
};

static int find(int root, const char *path)
{
	struct open_how_ how = { O_PATH | O_CLOEXEC, 0, RESOLVE_IN_ROOT_ | RESOLVE_NO_MAGICLINKS_ };

	return SYS(SYS_openat2, root, path, &how, sizeof(how));
}

static void attach(const char *what, int tree, int target)
{
	must(what, SYS(SYS_move_mount, tree, "", target, "", MOVE_MOUNT_F_EMPTY_PATH_ | MOVE_MOUNT_T_EMPTY_PATH_));
}

static void make_readonly(const char *what, int fd, unsigned int flags)
{
	struct mount_attr_ attr = { .attr_set = MOUNT_ATTR_RDONLY_ };

	must(what, SYS(SYS_mount_setattr, fd, "", AT_EMPTY_PATH_ | flags, &attr, sizeof(attr)));
}

/* `options` are words that end with NUL; the last one is empty. */
static int new_mount(const char *type, const char *options, unsigned int attributes)
{
	int fs = must(type, SYS(SYS_fsopen, type, FSOPEN_CLOEXEC_)), fd;

	for (const char *o = options; *o; o += strlen(o) + 1) {
		const char *equals = strchr(o, '=');
		char name[32];

		snprintf(name, sizeof(name), "%.*s", equals ? (int)(equals - o) : 31, o);
		must(o, equals ? SYS(SYS_fsconfig, fs, FSCONFIG_SET_STRING_, name, equals + 1, 0)
			       : SYS(SYS_fsconfig, fs, FSCONFIG_SET_FLAG_, name, NULL, 0));
	}
	must(type, SYS(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE_, NULL, NULL, 0));
	fd = must(type, SYS(SYS_fsmount, fs, FSMOUNT_CLOEXEC_, attributes));
	close(fs);
	return fd;
}

static void mount_at(int root, const char *path, int fd)
{
	int target = find(root, path);

	if (target == -ENOENT) {
		must(path, mkdirat(root, path + 1, 0755));
		target = find(root, path);
	}
	attach(path, fd, must(path, target));
	close(target);
	close(fd);
}

static void mount_cgroups(int root, const struct machine *m)
{
	int top;

	if (m->count == 0) {
		mount_at(root, "/sys/fs/cgroup", new_mount("cgroup2", "", PLAIN | RO));
		return;
	}
	top = new_mount("tmpfs", "mode=755\0", PLAIN);
	for (int i = 0; i < m->count; i++)
		must("cgroup", mkdirat(top, strrchr(m->v1[i].mount, '/') + 1, 0755));
	mount_at(root, "/sys/fs/cgroup", top);
	for (int i = 0; i < m->count; i++) {
		char path[64];

		snprintf(path, sizeof(path), "/sys/fs/cgroup/%s", strrchr(m->v1[i].mount, '/') + 1);
		mount_at(root, path, new_mount("cgroup", m->v1[i].controllers, PLAIN | RO));
	}
	top = must("cgroup", find(root, "/sys/fs/cgroup"));
	make_readonly("cgroup", top, 0);
	close(top);
}

static void mounts(int root, const struct machine *m)
{
	mount_at(root, "/proc", new_mount("proc", "\0", NONE));
	mount_at(root, "/dev", new_mount("tmpfs", "mode=755\0size=65536k\0", MOUNT_ATTR_NOSUID_));
	mount_at(root, "/dev/pts", new_mount("devpts", "newinstance\0ptmxmode=0666\0mode=0620\0gid=5\0", MOUNT_ATTR_NOSUID_ | MOUNT_ATTR_NOEXEC_));
	mount_at(root, "/dev/shm", new_mount("tmpfs", "mode=1777\0size=65536k\0", PLAIN));
	mount_at(root, "/dev/mqueue", new_mount("mqueue", "\0", PLAIN));
	mount_at(root, "/sys", new_mount("sysfs", "\0", PLAIN | RO));
	mount_cgroups(root, m);
}

static void devices(int root)
{
	static const struct {
		const char *name;
		unsigned int major, minor;
	} nodes[] = {
		{ "null", 1, 3 }, { "zero", 1, 5 }, { "full", 1, 7 }, { "random", 1, 8 }, { "urandom", 1, 9 }, { "tty", 5, 0 },
	};
	static const char *const links[][2] = {
		{ "fd", "/proc/self/fd" },	 { "stdin", "/proc/self/fd/0" }, { "stdout", "/proc/self/fd/1" },
		{ "stderr", "/proc/self/fd/2" }, { "core", "/proc/kcore" },	 { "ptmx", "pts/ptmx" },
	};
	int dev = must("/dev", find(root, "/dev"));

	for (size_t i = 0; i < 6; i++) {
		must(nodes[i].name, mknodat(dev, nodes[i].name, S_IFCHR | 0666, makedev(nodes[i].major, nodes[i].minor)));
		must(links[i][0], symlinkat(links[i][1], dev, links[i][0]));
	}
	close(dev);
}

static void hide(int root, int null)
{
	static const char *const readonly[] = { "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger" };
	static const char *const masked[] = { "/proc/acpi",	  "/proc/asound",      "/proc/kcore",	    "/proc/keys",    "/proc/latency_stats",
					      "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug", "/sys/firmware", "/proc/scsi" };
	int empty = -1, tree, target;
	struct stat st;

	for (size_t i = 0; i < sizeof(readonly) / sizeof(*readonly); i++) {
		if ((target = find(root, readonly[i])) < 0)
			continue;
		tree = must(readonly[i], SYS(SYS_open_tree, target, "", AT_EMPTY_PATH_ | AT_RECURSIVE_ | OPEN_TREE_CLONE_));
		make_readonly(readonly[i], tree, AT_RECURSIVE_);
		attach(readonly[i], tree, target);
		close(tree);
		close(target);
	}
	for (size_t i = 0; i < sizeof(masked) / sizeof(*masked); i++) {
		if ((target = find(root, masked[i])) < 0)
			continue;
		must(masked[i], fstat(target, &st));
		if (S_ISDIR(st.st_mode) && empty < 0) {
			attach(masked[i], empty = new_mount("tmpfs", "nr_blocks=1\0nr_inodes=1\0ro\0", PLAIN | RO), target);
		} else {
			tree = must(masked[i], SYS(SYS_open_tree, S_ISDIR(st.st_mode) ? empty : null, "", AT_EMPTY_PATH_ | OPEN_TREE_CLONE_));
			attach(masked[i], tree, target);
			close(tree);
		}
		close(target);
	}
}

static void loopback_up(void)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd = must("lo", socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));

	must("lo", ioctl(fd, SIOCSIFFLAGS, &request));
	close(fd);
}

/* The clone of the root covers `/`, so that pivot_root(2) finds both mounts there. */
static int change_root(const struct machine *m, int clone)
{
	int old = must("/", open("/", O_PATH | O_DIRECTORY | O_CLOEXEC)), null;

	null = must("/dev/null", SYS(SYS_open_tree, AT_FDCWD, "/dev/null", OPEN_TREE_CLONE_ | OPEN_TREE_CLOEXEC_));
	attach("root", clone, old);
	close(old);
	mounts(clone, m);
	devices(clone);
	old = must("/", open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
	must("root", fchdir(clone));
	must("pivot_root", SYS(SYS_pivot_root, ".", "."));
	must("old root", fchdir(old));
	must("old root", umount2(".", MNT_DETACH));
	must("/", chdir("/"));
	close(old);
	make_readonly("/", clone, 0);
	return null;
}

static void drop_rights(void)
{
	static const struct rlimit files = { 1024, 1024 };
	struct {
		uint32_t version;
		int pid;
	} head = { 0x20080522, 0 };
	struct {
		uint32_t effective, permitted, inheritable;
	} data[2] = { { KEPT, KEPT, 0 }, { 0, 0, 0 } };

	umask(022);
	must("rlimit", setrlimit(RLIMIT_NOFILE, &files));
	for (unsigned int cap = 0; cap < 64; cap++)
		if ((cap > 31 || !((unsigned int)KEPT >> cap & 1)) && prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0)
			break;
	must("setgroups", SYS(SYS_setgroups, 0, NULL));
	must("setresgid", SYS(SYS_setresgid, 0, 0, 0));
	must("setresuid", SYS(SYS_setresuid, 0, 0, 0));
	must("capset", SYS(SYS_capset, &head, data));
	must("no_new_privs", prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
}

_Noreturn void become(struct machine *m)
{
	static const char *const argv[] = { "/bin/true", NULL }, *const environment[] = {
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
		"TERM=xterm",
		"HOME=/",
		NULL,
	};
	int clone, null, key;

	for (int i = 0; i < m->count; i++)
		write_to(m->v1[i].dir, "tasks", "0");
	must("unshare", unshare(CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWCGROUP));
	must("setsid", setsid());
	key = must("keyring", SYS(SYS_keyctl, KEYCTL_JOIN, m->id, 0, 0, 0));
	must("keyring", SYS(SYS_keyctl, KEYCTL_SETPERM_, key, 0x3f1b0000, 0, 0));
	loopback_up();
	must("propagation", mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL));
	clone = must(m->rootfs, SYS(SYS_open_tree, AT_FDCWD, m->rootfs, OPEN_TREE_CLONE_ | OPEN_TREE_CLOEXEC_ | AT_RECURSIVE_));
	null = change_root(m, clone);
	must("hostname", sethostname("ocits", 5));
	hide(clone, null);
	drop_rights();
	SYS(SYS_close_range, 3, ~0U, 0);
	must("/bin/true", SYS(SYS_execve, argv[0], argv, environment));
	_exit(125);
}
