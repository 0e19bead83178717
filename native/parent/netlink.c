#include "parent/netlink.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "parent/netlink_talk.h"

struct link_message {
	uint8_t family, pad;
	uint16_t type;
	int32_t index;
	uint32_t flags, change;
};

enum { AF_NETLINK_ = 16, NETLINK_ROUTE_ = 0, NL_ERROR = 2, LINK_GET = 18, LINK_SET = 19, LINK_NAME = 3, LINK_NS_FD = 28 };

void begin(struct request *r, uint16_t type, uint16_t flags, const void *body, size_t size)
{
	*r = (struct request){ .head = { (uint32_t)(sizeof(r->head) + size), type, (uint16_t)(NL_REQUEST | flags), 0, 0 } };
	memcpy(r->body, body, size);
}

void attribute(struct request *r, uint16_t type, const void *value, size_t size)
{
	uint8_t *at = (uint8_t *)r + r->head.size;
	uint16_t head[2] = { (uint16_t)(size + 4), type };

	memcpy(at, head, 4);
	memcpy(at + 4, value, size);
	r->head.size += (uint32_t)(4 + aligned(size));
}

int netlink_open(void)
{
	int fd = socket(AF_NETLINK_, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE_);

	return fd < 0 ? -errno : fd;
}

ssize_t receive(int fd, uint8_t *answer, size_t size)
{
	ssize_t n = recv(fd, answer, size, MSG_TRUNC);
	struct nl_header head;
	int32_t error;

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

int command(int fd, struct request *r)
{
	uint8_t answer[1024];
	ssize_t n;

	r->head.flags |= NL_ACK;
	if (send(fd, r, r->head.size, 0) < 0)
		return -errno;
	n = receive(fd, answer, sizeof(answer));
	return n > 0 ? -EBADMSG : (int)n;
}

int link_find(int fd, const char *name, int index, struct link *found)
{
	struct link_message link = { .index = name == NULL ? index : 0 };
	uint8_t answer[sizeof(struct nl_header) + sizeof(link)];
	struct request r;
	ssize_t n;

	begin(&r, LINK_GET, 0, &link, sizeof(link));
	if (name != NULL)
		attribute(&r, LINK_NAME, name, strlen(name) + 1);
	if (send(fd, &r, r.head.size, 0) < 0)
		return -errno;
	n = receive(fd, answer, sizeof(answer)); /* the rest does not matter */
	if (n < (ssize_t)sizeof(answer))
		return n < 0 ? (int)n : -EBADMSG;
	memcpy(&link, answer + sizeof(struct nl_header), sizeof(link));
	*found = (struct link){ link.index, (link.flags & IFF_UP) != 0 };
	return 0;
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
