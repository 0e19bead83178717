#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "init/root.h"
#include "init/steps.gen.h"
#include "shared/caps.h"
#include "shared/fd.h"
#include "shared/linux.h"

enum { AT_EACCESS_ = 0x200 };

/*
 * The process can open /dev/stdin again only if it owns the file. The host's /dev/null still belongs to root, even when a process of another
 * user gets it.
 */
int do_stdio_owner(struct init *c, const struct stdio_owner_args *a)
{
	struct stat st;

	for (int fd = 0; fd < 3; fd++) {
		if (fstat(fd, &st) < 0)
			return -errno;
		if (st.st_uid == a->uid || (S_ISCHR(st.st_mode) && st.st_rdev == DEV_NULL))
			continue;
		if (fchown(fd, a->uid, a->gid) < 0 && errno != EPERM && errno != EROFS && errno != EINVAL) {
			detail(&c->common, "fchown");
			return -errno;
		}
	}
	return 0;
}

/* By descriptor: a magic link (/proc/self/fd/N) is not followed (CVE-2024-21626). */
static int change_dir(struct init *c, const char *path, enum make make)
{
	cleanup_close int fd = open_in_root(c, path, make);

	if (fd < 0)
		return fd;
	return fchdir(fd) < 0 ? -errno : 0;
}

/* The raw call gives "(unreachable)/…" for a folder that no path leads to; libc's getcwd(3) would hide that. */
static int check_inside(struct init *c)
{
	char path[PATH_MAX];

	if (syscall(SYS_getcwd, path, sizeof(path)) < 0)
		return -errno;
	if (path[0] == '/')
		return 0;
	detail(&c->common, "current working directory is outside of container mount namespace root -- possible container breakout detected");
	return -EPERM;
}

int do_chdir(struct init *c, const struct chdir_args *a)
{
	int err = change_dir(c, a->path, a->make ? MAKE_DIR : MAKE_NOTHING);

	/* Root may be refused where the user is not (NFS, FUSE). Then the step `cwd` tries it again as the user. */
	c->cwd_refused = err == -EACCES || err == -EPERM;
	return c->cwd_refused ? 0 : err < 0 ? err : check_inside(c);
}

int do_cwd(struct init *c, const struct cwd_args *a)
{
	int err = c->cwd_refused ? change_dir(c, a->path, MAKE_NOTHING) : 0;

	return err < 0 || !c->cwd_refused ? err : check_inside(c);
}

/* Held capabilities beyond the config's stay out of reach of any exec (capabilities(7)). EINVAL: past the last one there is. */
int do_bounding(struct init *c, const struct bounding_args *a)
{
	(void)c;
	for (unsigned int cap = 0; cap < 64; cap++) {
		if (a->caps >> cap & 1)
			continue;
		if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0)
			return errno == EINVAL ? 0 : -errno;
	}
	return 0;
}

/* -1: it was to stay what it is. */
static bool is_id(uint32_t id, uint32_t wanted)
{
	return wanted == (uint32_t)-1 || id == wanted;
}

static int check_user(const struct user_args *a)
{
	uid_t u[3];
	gid_t g[3];

	if (getresuid(&u[0], &u[1], &u[2]) < 0 || getresgid(&g[0], &g[1], &g[2]) < 0)
		return -errno;
	for (int i = 0; i < 3; i++)
		if (!is_id(u[i], a->uid) || !is_id(g[i], a->gid))
			return -EPERM;
	return 0;
}

/* Groups, gid, uid: each takes away the right to the one before. KEEPCAPS: `capabilities` comes after. */
int do_user(struct init *c, const struct user_args *a)
{
	if (prctl(PR_SET_KEEPCAPS, 1) < 0)
		return -errno;
	if (a->setgroups && SYS(SYS_setgroups, a->groups.count, a->groups.bytes) < 0) {
		int err = errno;

		/* A joined user namespace may deny the call. It is not needed where there are no groups, and none are wanted. */
		if (a->groups.count != 0 || getgroups(0, NULL) != 0) {
			detail(&c->common, "setgroups");
			return -err;
		}
	}
	if (SYS(SYS_setresgid, a->gid, a->gid, a->gid) < 0 || SYS(SYS_setresuid, a->uid, a->uid, a->uid) < 0)
		return -errno;
	if (prctl(PR_SET_KEEPCAPS, 0) < 0)
		return -errno;
	return check_user(a);
}

static uint64_t held(const struct cap_words data[2])
{
	return data[0].permitted | (uint64_t)data[1].permitted << 32;
}

static void set_words(struct cap_words data[2], uint64_t effective, uint64_t permitted, uint64_t inheritable)
{
	for (int i = 0; i < 2; i++)
		data[i] = (struct cap_words){ (uint32_t)(effective >> 32 * i), (uint32_t)(permitted >> 32 * i), (uint32_t)(inheritable >> 32 * i) };
}

static int ambient(uint64_t caps)
{
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0)
		return -errno;
	for (unsigned int cap = 0; cap < 64; cap++)
		if (caps >> cap & 1 && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0) < 0 && errno != EINVAL)
			return -errno;
	return 0;
}

/* What the caller itself does not have cannot be given. The rest is given, and the caller is told (runtime-spec, process.capabilities). */
int do_capabilities(struct init *c, const struct capabilities_args *a)
{
	struct cap_words data[2], after[2];
	uint64_t have;

	if (get_caps(data) < 0)
		return -errno;
	have = held(data);
	if ((a->permitted & ~have) != 0) {
		detail(&c->common, "some of the capabilities cannot be granted here");
		c->common.process->note(&c->common, -EPERM);
	}
	set_words(data, a->effective & have, a->permitted & have, a->inheritable & have);
	if (set_caps(data) < 0 || get_caps(after) < 0)
		return -errno;
	if (memcmp(data, after, sizeof(data)) != 0)
		return -EPERM;
	return ambient(a->ambient & a->permitted & a->inheritable & have);
}

int do_umask(struct init *c, const struct umask_args *a)
{
	int before = SYS(SYS_umask, a->mask);

	c->common.umask = 0;		/* hooks that come later have the one of the process */
	return before < 0 ? before : 0; /* it cannot fail, but for a filter that the caller is under */
}

int do_no_new_privs(struct init *c)
{
	(void)c;
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? -errno : 0;
}

static int may_execute(struct init *c, const char *path)
{
	struct stat st;
	int err;

	if (stat(path, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return S_ISDIR(st.st_mode) ? -EISDIR : -EACCES;
	err = SYS(SYS_faccessat2, AT_FDCWD, path, 1 /* X_OK */, AT_EACCESS_);
	if (err == -EACCES)
		detail(&c->common, "it exists, but may not be executed");
	return err;
}

/*
 * Finds the first that may be executed, as execvp(3) does. If there is none, a permission that was denied on the way is a better reason than
 * ENOENT.
 */
static int find_executable(struct init *c, struct strs paths)
{
	int reason = -ENOENT;

	for (uint32_t i = 0; i < paths.count; i++) {
		int err = may_execute(c, paths.all[i]);

		if (err == 0) {
			c->executable = paths.all[i];
			return 0;
		}
		if (err != -ENOENT && err != -ENOTDIR)
			reason = err;
	}
	return reason;
}

/* Capabilities count as they will at execve: CAP_DAC_OVERRIDE of a user, or root without it. */
int do_executable(struct init *c, const struct executable_args *a)
{
	struct cap_words before[2], then[2];
	int err, found;

	if (!a->early)
		return find_executable(c, a->paths);
	err = get_caps(before);
	if (err < 0)
		return err;
	memcpy(then, before, sizeof(then));
	for (int i = 0; i < 2; i++)
		then[i].effective = then[i].permitted & (uint32_t)(a->caps >> 32 * i);
	err = set_caps(then);
	found = find_executable(c, a->paths);
	if (err == 0)
		err = set_caps(before);
	return err < 0 ? err : found;
}
