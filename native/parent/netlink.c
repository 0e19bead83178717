#include "parent/netlink.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "parent/netlink_talk.h"

enum { AF_NETLINK_ = 16, NETLINK_ROUTE_ = 0, NL_ERROR = 2, RECEIVES = 3 };

void begin(struct request *r, uint16_t type, uint16_t flags, const void *body, size_t size)
{
	*r = (struct request){ .head = { (uint32_t)(sizeof(r->head) + size), type, (uint16_t)(NL_REQUEST | flags), 0, 0 } };
	memcpy(r->body, body, size);
}

void attribute(struct request *r, uint16_t type, const void *value, size_t size)
{
	uint8_t *at = (uint8_t *)r + r->head.size;
	uint16_t head[2] = { (uint16_t)(size + 4), type };

	if (size > sizeof(r->body) || r->head.size + 4 + aligned(size) > sizeof(r->head) + sizeof(r->body)) {
		r->full = true;
		return;
	}
	memcpy(at, head, 4);
	memcpy(at + 4, value, size);
	r->head.size += (uint32_t)(4 + aligned(size));
}

void attribute_holds(struct request *r, uint32_t start)
{
	uint16_t size = (uint16_t)(r->head.size - start);

	if (!r->full)
		memcpy((uint8_t *)r + start, &size, sizeof(size));
}

int netlink_open(void)
{
	int fd = socket(AF_NETLINK_, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE_);

	return fd < 0 ? -errno : fd;
}

/* An answer that could not be taken is still there: what was done must be known, or nobody would undo it. */
ssize_t receive(int fd, uint8_t *answer, size_t size)
{
	ssize_t n = -1;
	struct nl_header head;
	int32_t error;

	for (int i = 0; i < RECEIVES && n < 0; i++)
		n = recv(fd, answer, size, MSG_TRUNC);
	if (n < 0)
		return -errno;
	if (n < (ssize_t)sizeof(head))
		return -EBADMSG;
	memcpy(&head, answer, sizeof(head));
	if (head.type != NL_ERROR)
		return n;
	if (n < (ssize_t)(sizeof(head) + sizeof(error)))
		return -EBADMSG;
	memcpy(&error, answer + sizeof(head), sizeof(error));
	return error > 0 ? -EBADMSG : error;
}

static int deliver(int fd, const struct request *r)
{
	if (r->full)
		return -E2BIG;
	return send(fd, r, r->head.size, 0) < 0 ? -errno : 0;
}

int command(int fd, struct request *r)
{
	uint8_t answer[1024];
	ssize_t n;

	r->head.flags |= NL_ACK;
	n = deliver(fd, r);
	if (n < 0)
		return (int)n;
	n = receive(fd, answer, sizeof(answer));
	return n > 0 ? -EBADMSG : (int)n;
}

ssize_t ask(int fd, const struct request *r, uint8_t *answer, size_t size, size_t least)
{
	ssize_t n = deliver(fd, r);

	if (n == 0)
		n = receive(fd, answer, size);
	if (n < (ssize_t)least)
		return n < 0 ? n : -EBADMSG;
	return n < (ssize_t)size ? n : (ssize_t)size;
}

int link_set_up(int fd, int index, bool up)
{
	struct link_message link = { .index = index, .flags = up ? IFF_UP : 0, .change = IFF_UP };
	struct request r;

	begin(&r, LINK_SET, 0, &link, sizeof(link));
	return command(fd, &r);
}

int link_move(int fd, int index, const char *name, int ns)
{
	struct link_message link = { .index = index };
	struct request r;

	begin(&r, LINK_SET, 0, &link, sizeof(link));
	attribute(&r, LINK_NAME, name, strlen(name) + 1);
	attribute(&r, LINK_NS_FD, &ns, sizeof(ns));
	return command(fd, &r);
}

/* 1 when the list is at its end. *err: what went wrong first; after that the rest is passed over. */
static int each_of(const uint8_t *bytes, size_t size, each_message each, void *arg, int *err)
{
	for (size_t at = 0; at + sizeof(struct nl_header) <= size;) {
		struct nl_header head;

		memcpy(&head, bytes + at, sizeof(head));
		if (head.size < sizeof(head) || at + head.size > size)
			return -EBADMSG;
		if (*err == 0 && (head.flags & NL_INTERRUPTED))
			*err = -EAGAIN;
		if (head.type == NL_DONE) {
			int32_t broken_off = 0;

			if (head.size >= sizeof(head) + sizeof(broken_off))
				memcpy(&broken_off, bytes + at + sizeof(head), sizeof(broken_off));
			if (*err == 0 && broken_off < 0)
				*err = broken_off;
			return 1;
		}
		if (*err == 0)
			*err = each(arg, &head, bytes + at + sizeof(head), head.size - sizeof(head));
		at += aligned(head.size);
	}
	return 0;
}

int netlink_list(int fd, uint16_t type, each_message each, void *arg)
{
	const uint32_t all[4] = { 0 }; /* as long as the longest of the heads that say which */
	uint8_t answer[ANSWER_SIZE];
	struct request r;
	int end, err = 0;

	begin(&r, type, NL_DUMP, all, sizeof(all));
	end = deliver(fd, &r);
	while (end == 0) {
		ssize_t n = receive(fd, answer, sizeof(answer));

		if (n <= 0 || n > ANSWER_SIZE)
			return n < 0 ? (int)n : -EMSGSIZE;
		end = each_of(answer, (size_t)n, each, arg, &err);
	}
	return end < 0 ? end : err;
}
