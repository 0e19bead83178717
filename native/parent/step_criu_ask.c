#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "parent/cgroup.h"
#include "parent/child.h"
#include "parent/criu.h"
#include "parent/criu_reply.h"
#include "parent/steps.gen.h"
#include "parent/terminal.h"
#include "shared/fd.h"
#include "shared/linux.h"
#include "shared/process.h"

/* A conversation with criu(8): a request, its notifications, and the answer. TypeScript has made all that is said here (src/plan/criu_message.ts). */

enum { ROOM = 8192, FAREWELL_MS = 10000, MAX_ERRNO = 4095 };

static int say(struct parent *c, struct bytes words)
{
	ssize_t n;

	do
		n = send(c->criu_sock, words.bytes, words.size, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : 0;
}

/* cgroups of v1: those whom it makes are born in them. */
static int join(struct parent *c, struct texts dirs)
{
	char dir[PATH_MAX], number[16];

	snprintf(number, sizeof(number), "%d", c->common.pid);
	for (uint32_t i = 0; i < dirs.count; i++) {
		int err = text_fill(&c->common, next_text(&dirs), dir, sizeof(dir));
		cleanup_close int fd = err < 0 ? -1 : open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		if (err == 0)
			err = fd < 0 ? -errno : put_word(fd, "cgroup.procs", number);
		if (err < 0) {
			detail(&c->common, dir);
			return err;
		}
	}
	return 0;
}

struct heard {
	struct criu_reply reply;
	int fd; /* that came with it; -1 */
};

static int hear(struct parent *c, int cancel, struct heard *h)
{
	union {
		char room[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = { { 0 } };
	uint8_t *room = malloc(ROOM);
	struct iovec part = { room, ROOM };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.room, .msg_controllen = sizeof(control.room) };
	struct cmsghdr *head;
	ssize_t n;
	int err = room == NULL ? -ENOMEM : wait_readable(c->criu_sock, cancel, -1);

	if (err >= 0) {
		n = recvmsg(c->criu_sock, &message, MSG_CMSG_CLOEXEC);
		err = n < 0 ? -errno : n == 0 ? -EPIPE : message.msg_flags & MSG_TRUNC ? -EMSGSIZE : criu_read_reply(&h->reply, room, (size_t)n);
		head = CMSG_FIRSTHDR(&message);
		if (n > 0 && head != NULL && head->cmsg_type == SCM_RIGHTS)
			memcpy(&h->fd, CMSG_DATA(head), sizeof(int));
	}
	free(room);
	return err;
}

/* From now on the process that criu makes is the container's, and criu is somebody else. */
static int know_init(struct parent *c, pid_t pid)
{
	if (c->criu > 0 || pid <= 0)
		return 0;
	c->criu = c->common.pid;
	c->criu_pidfd = c->pidfd;
	c->pidfd = -1;
	c->common.pid = 0;
	return look_after(c, pid);
}

/* It has said all, and ends by itself. */
static int part(struct parent *c)
{
	int *pidfd = c->criu > 0 ? &c->criu_pidfd : &c->pidfd;

	close_fd(&c->criu_sock);
	c->criu_sock = -1;
	wait_readable(*pidfd, -1, deadline_in(FAREWELL_MS));
	if (c->criu > 0)
		return end_criu(c);
	kill_init(c);
	c->common.pid = 0;
	return 0;
}

int end_criu(struct parent *c)
{
	int err;

	if (c->criu <= 0)
		return 0;
	SYS(SYS_pidfd_send_signal, c->criu_pidfd, SIGKILL, NULL, 0);
	err = reap_child(c->criu);
	close_fd(&c->criu_pidfd);
	c->criu_pidfd = -1;
	c->criu = 0;
	return err < 0 ? err : 0;
}

static int refused(struct parent *c, const struct criu_reply *r)
{
	detail(&c->common, r->words);
	return r->error > 0 && r->error <= MAX_ERRNO ? -r->error : -EREMOTEIO;
}

/* Until criu has done it, or until the notification `until`, which a later step answers. */
static int attend(struct parent *c, const struct criu_ask_args *a)
{
	for (;;) {
		struct heard h = { .fd = -1 };
		int err = hear(c, a->dump ? -1 : c->common.cancel, &h);
		cleanup_close int fd = h.fd;

		if (err == 0 && h.reply.type != CRIU_NOTIFY && !h.reply.success)
			err = refused(c, &h.reply);
		if (err == 0 && !a->dump)
			err = know_init(c, (pid_t)h.reply.pid);
		if (err == 0 && fd >= 0)
			err = give_terminal(c, fd);
		if (err < 0)
			return err;
		if (h.reply.type != CRIU_NOTIFY)
			return part(c);
		if (*a->until != 0 && strcmp(a->until, h.reply.script) == 0)
			return 0;
		err = say(c, a->answer);
		if (err < 0)
			return err;
	}
}

int do_criu_ask(struct parent *c, const struct criu_ask_args *a)
{
	int err = join(c, a->join);

	if (err == 0)
		err = say(c, a->request);
	return err < 0 ? err : attend(c, a);
}
