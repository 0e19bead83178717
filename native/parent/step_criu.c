#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "parent/child.h"
#include "parent/criu.h"
#include "parent/steps.gen.h"
#include "shared/fd.h"
#include "shared/linux.h"
#include "shared/process.h"
#include "shared/send_fd.h"
#include "shared/signals.h"

/*
 * criu(8) as a child of ours: `criu swrk 3` serves who holds the other end of its descriptor 3, and ends. Folders that a request names by number are
 * those of who has made that socket (SO_PEERCRED), and must be of its own mount namespace: so it is made, and they are opened, in the child. It is
 * looked for in PATH, as programs that it needs are.
 */

enum { SOCKET = 3, FIRST_FOLDER };

/* What the vfork child needs. It shares our memory: it only makes system calls, and writes `error` and `wrong`. */
struct birth {
	int stdio[SOCKET];
	int root; /* the mounts of the container's root, cloned; -1: none */
	int back; /* where the other end of its socket goes */
	const struct criu_args *args;
	const char *wrong;
	int error;
};

/* In a mount namespace of criu's own, which ends with it: nobody else sees this mount, and nothing of it is left. */
static int place_root(const struct birth *b)
{
	const char *place = b->args->place;
	int err;

	if (b->root < 0)
		return 0;
	if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) < 0)
		return -errno;
	err = SYS(SYS_move_mount, b->root, "", AT_FDCWD, place, MOVE_MOUNT_F_EMPTY_PATH_);
	return err < 0 || mount(NULL, place, NULL, MS_REC | MS_SLAVE, NULL) == 0 ? err : -errno;
}

/* Those of a number that another one must get are moved up first. */
static int lay_out(struct birth *b)
{
	int pair[2], err;

	for (int i = 0; i < SOCKET; i++)
		if ((b->stdio[i] = fcntl(b->stdio[i], F_DUPFD, FIRST_FOLDER)) < 0)
			return -errno;
	if ((b->back = fcntl(b->back, F_DUPFD, FIRST_FOLDER)) < 0 || socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) < 0)
		return -errno;
	err = (int)send_fd(b->back, pair[0], "", 1, 0);
	err = err < 0 ? err : 0;
	if (err == 0 && pair[1] != SOCKET && dup2(pair[1], SOCKET) < 0) /* before the others, as it may have the number of one of them */
		err = -errno;
	for (int i = 0; i < SOCKET && err == 0; i++)
		err = dup2(b->stdio[i], i) < 0 ? -errno : 0;
	return err < 0 ? err : SYS(SYS_close_range, FIRST_FOLDER, ~0U, 0);
}

/* From FIRST_FOLDER on, as no other descriptor is left. */
static int open_files(struct birth *b)
{
	const struct strs folders = b->args->folders, files = b->args->inherit;

	for (uint32_t i = 0; i < folders.count + files.count; i++) {
		bool is_folder = i < folders.count;
		int err;

		b->wrong = is_folder ? folders.all[i] : files.all[i - folders.count];
		err = is_folder ? make_folder(b->wrong, b->args->mode) : 0;
		if (err < 0 && err != -EEXIST)
			return err;
		if (open(b->wrong, O_RDONLY | (is_folder ? O_DIRECTORY : 0)) < 0)
			return -errno;
	}
	b->wrong = "";
	return 0;
}

/* What the process had open: beside the images, for who restores it (runc has the same file). */
static int write_record(struct birth *b)
{
	const char *words = b->args->record;
	int fd, err;

	if (*words == 0)
		return 0;
	b->wrong = "descriptors.json";
	fd = openat(FIRST_FOLDER, b->wrong, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	err = fd < 0 ? -errno : write_all(fd, words, strlen(words));
	close_fd(&fd);
	b->wrong = "";
	return err;
}

static int child(void *arg)
{
	static char name[] = "criu", mode[] = "swrk", number[] = "3";
	char *const argv[] = { name, mode, number, NULL };
	struct birth *b = arg;

	/* Signals for the group of the caller would leave a process half dumped. */
	if (*b->args->record != 0 && setpgid(0, 0) < 0) {
		b->error = -errno;
		return 127;
	}
	default_signals();
	if ((b->error = unblock_signals()) < 0 || (b->error = place_root(b)) < 0 || (b->error = lay_out(b)) < 0 || (b->error = open_files(b)) < 0 ||
	    (b->error = write_record(b)) < 0)
		return 127;
	execvp(name, argv);
	b->error = -errno;
	return 127;
}

/* The config's path of it was looked at before; a link that has got into it since is an error. */
static int clone_root(const char *path)
{
	struct open_how_ how = { .flags = O_PATH | O_DIRECTORY | O_CLOEXEC, .resolve = RESOLVE_NO_SYMLINKS_ };
	cleanup_close int fd = SYS(SYS_openat2, AT_FDCWD, path, &how, sizeof(how));

	return fd < 0 ? fd : SYS(SYS_open_tree, fd, "", OPEN_TREE_CLONE_ | OPEN_TREE_CLOEXEC_ | AT_EMPTY_PATH_ | AT_RECURSIVE_);
}

static int open_birthplace(struct parent *c, struct text into, int *cgroup)
{
	char path[PATH_MAX];
	int err = text_fill(&c->common, into, path, sizeof(path));

	if (err < 0 || path[0] == 0)
		return err;
	*cgroup = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (*cgroup < 0)
		detail(&c->common, path);
	return *cgroup < 0 ? -errno : 0;
}

static int start(struct parent *c, struct birth *b, int cgroup, int sock)
{
	int pid = spawn_child(child, b, b->root < 0 ? 0 : CLONE_NEWNS, cgroup, &c->pidfd);

	if (pid < 0)
		return pid;
	c->common.pid = pid;
	detail(&c->common, b->error < 0 ? b->wrong : "");
	c->criu_sock = b->error < 0 ? -1 : receive_fd(sock);
	return b->error < 0 ? b->error : c->criu_sock < 0 ? c->criu_sock : start_time(pid, &c->start_time);
}

int do_criu(struct parent *c, const struct criu_args *a)
{
	cleanup_close int null = open("/dev/null", O_RDWR | O_CLOEXEC), root = *a->root == 0 ? -1 : clone_root(a->root);
	cleanup_close int sock = -1, back = -1, cgroup = -1;
	struct birth b = { .root = root, .args = a, .wrong = "" };
	int pair[2], err = null < 0 ? -errno : c->bad_fd >= 0 ? -EBADF : 0;

	if (err == 0 && *a->root != 0 && root < 0) {
		detail(&c->common, a->root);
		err = root;
	}
	if (err == 0 && socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		err = -errno;
	if (err < 0)
		return err;
	sock = pair[0];
	b.back = back = pair[1];
	for (int i = 0; i < SOCKET; i++)
		b.stdio[i] = i < (int)c->common.fd_count && c->fds[i] >= 0 ? c->fds[i] : null;
	err = open_birthplace(c, a->into, &cgroup);
	if (err == 0)
		err = start(c, &b, cgroup, sock);
	if (err < 0)
		kill_init(c);
	return err;
}

/* criu first: it would go on with the process that it makes. */
int undo_criu(struct parent *c, const struct criu_args *a)
{
	int err, killed;

	(void)a;
	close_fd(&c->criu_sock);
	c->criu_sock = -1;
	err = end_criu(c);
	killed = kill_init(c);
	return err < 0 ? err : killed;
}
