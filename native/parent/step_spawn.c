#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "parent/child.h"
#include "parent/embed.h"
#include "parent/steps.gen.h"
#include "shared/fd.h"
#include "shared/linux.h"
#include "shared/process.h"
#include "wire/prologue.h"

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U
#endif

enum { CONTROL = 4 };

/* What the vfork child needs. It shares our memory: it only makes system calls and writes `error`. */
struct birth {
	const int *fds;
	int count;
	int program, sock, listen, image;
	char number[12];
	bool environment;
	int *room; /* for as many numbers */
	int error;
};

/* Seals: a container's root that gets at /proc/PID/exe can neither change the image nor the next container's (CVE-2019-5736). */
static int seal(int fd)
{
	return fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) < 0 ? -errno : fd;
}

static int write_parts(int fd, struct iovec *parts, int count)
{
	size_t total = 0;

	for (int i = 0; i < count; i++)
		total += parts[i].iov_len;
	errno = 0; /* a short write says nothing */
	return writev(fd, parts, count) == (ssize_t)total ? 0 : errno != 0 ? -errno : -ENOSPC;
}

static int sealed(const char *name, unsigned int flags, struct iovec *parts, int count)
{
	cleanup_close int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | flags);
	int err;

	if (fd < 0 && errno == EINVAL && flags != 0) /* before Linux 6.3 every memfd may be executed */
		fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0)
		return -errno;
	err = write_parts(fd, parts, count);
	if (err == 0)
		err = seal(fd);
	return err < 0 ? err : steal_fd(&fd);
}

static int sealed_image(struct parent *c)
{
	size_t size = (size_t)(ocits_init_end - ocits_init_start);
	struct iovec part = { (void *)(uintptr_t)ocits_init_start, size };
	cleanup_close int fd = sealed("ocits-init", MFD_EXEC, &part, 1);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return fd < 0 ? fd : -errno;
	c->image_dev = st.st_dev;
	c->image_ino = st.st_ino;
	return steal_fd(&fd);
}

static int sealed_program(const struct parent *c)
{
	static const char zeros[8];
	size_t root = strlen(c->common.root) + 1, id = strlen(c->common.id) + 1;
	uint32_t names = (uint32_t)(sizeof(struct prologue) + root + id), start = (names + 7) & ~7u;
	struct prologue head = { start, c->program_size, c->common.fd_count, sizeof(head), (uint32_t)(sizeof(head) + root), c->sources };
	struct iovec parts[] = {
		{ &head, sizeof(head) },
		{ (void *)(uintptr_t)c->common.root, root },
		{ (void *)(uintptr_t)c->common.id, id },
		{ (void *)(uintptr_t)zeros, start - names },
		{ c->program, c->program_size },
	};

	return sealed("ocits-program", 0, parts, 5);
}

/* Lays the descriptors out: 0 … count-1 the process's, then program, socket, listener, image. Nothing else crosses. */
static int lay_out(struct birth *b)
{
	int control[CONTROL] = { b->program, b->sock, b->listen, b->image }, total = b->count + CONTROL, *all = b->room;

	for (int i = 0; i < total; i++) {
		int fd = i < b->count ? b->fds[i] : control[i - b->count];

		/* A descriptor whose number another one must get is moved up first. */
		all[i] = fd < 0 || fd >= total || fd == i ? fd : fcntl(fd, F_DUPFD_CLOEXEC, total);
		if (fd >= 0 && all[i] < 0)
			return -errno;
	}
	for (int i = 0; i < total; i++) {
		if (all[i] < 0)
			close(i); /* the process has no such descriptor */
		else if (all[i] == i ? fcntl(i, F_SETFD, i == total - 1 ? FD_CLOEXEC : 0) < 0 : dup3(all[i], i, i == total - 1 ? O_CLOEXEC : 0) < 0)
			return -errno;
	}
	return SYS(SYS_close_range, total, ~0U, 0);
}

static int child(void *arg)
{
	static char name[] = "ocits-init", *none[] = { NULL };
	struct birth *b = arg;
	char *const argv[] = { name, b->number, NULL };
	int err = lay_out(b);

	if (err == 0)
		err = SYS(SYS_execveat, b->count + 3, "", argv, b->environment ? environ : none, AT_EMPTY_PATH_);
	b->error = err;
	return 127;
}

static int start_child(struct parent *c, struct birth *b, uint64_t flags, const char *into)
{
	cleanup_close int cgroup = -1;
	int pid;

	if (into[0] != 0) {
		cgroup = open(into, O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (cgroup < 0) {
			detail(&c->common, into);
			return -errno;
		}
	}
	pid = spawn_child(child, b, flags, cgroup, &c->pidfd);
	if (pid < 0 && cgroup >= 0)
		detail(&c->common, into);
	if (pid < 0)
		return pid;
	if (b->error < 0) {
		reap_child(pid);
		close_fd(&c->pidfd);
		c->pidfd = -1;
		return b->error;
	}
	c->common.pid = pid;
	return start_time(pid, &c->start_time);
}

int do_spawn(struct parent *c, const struct spawn_args *a)
{
	struct birth b = { .fds = c->fds, .count = (int)c->common.fd_count, .listen = c->listen, .environment = a->environment };
	int pair[2] = { -1, -1 }, err;
	char into[PATH_MAX];

	if (c->bad_fd >= 0) {
		detail(&c->common, "a descriptor to be preserved is not open");
		return -EBADF;
	}
	err = text_fill(&c->common, a->into, into, sizeof(into));
	b.room = calloc((size_t)c->common.fd_count + CONTROL, sizeof(*b.room));
	if (b.room == NULL)
		err = -ENOMEM;
	b.image = sealed_image(c);
	b.program = sealed_program(c);
	if (err == 0)
		err = b.image < 0 ? b.image : b.program < 0 ? b.program : 0;
	if (err == 0 && socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		err = -errno;
	if (err == 0) {
		snprintf(b.number, sizeof(b.number), "%d", b.count);
		b.sock = pair[1];
		c->common.sock = pair[0];
		err = start_child(c, &b, a->flags, into);
	}
	/* The child has them. Its end of the pair must not stay open here: the parent's would not come to its end when the init dies. */
	for (int i = 0; i < 4; i++)
		close_fd(&(const int[]){ b.image, b.program, pair[1], c->listen }[i]);
	free(b.room);
	c->listen = -1;
	if (err < 0 && c->common.pid > 0)
		kill_init(c);
	return err;
}

int undo_spawn(struct parent *c, const struct spawn_args *a)
{
	(void)a;
	return kill_init(c);
}
