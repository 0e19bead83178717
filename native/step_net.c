#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "linux.h"
#include "parent.h"
#include "process.h"
#include "steps.gen.h"
#include "words.h"

/* rtnetlink(7), as much as it takes to move one device. */
struct nl_header {
	uint32_t size;
	uint16_t type, flags;
	uint32_t sequence, pid;
};

struct link_message {
	uint8_t family, pad;
	uint16_t type;
	int32_t index;
	uint32_t flags, change;
};

struct address_message {
	uint8_t family, prefix, flags, scope;
	uint32_t index;
};

enum {
	AF_NETLINK_ = 16, NETLINK_ROUTE_ = 0,
	NL_REQUEST = 1, NL_ACK = 4, NL_DUMP = 0x300, NL_CREATE = 0x400, NL_EXCLUSIVE = 0x200,
	NL_ERROR = 2, NL_DONE = 3,
	LINK_SET = 16, ADDRESS_NEW = 20, ADDRESS_GET = 22,
	LINK_NAME = 3, LINK_NS_FD = 28, ADDRESS_FLAGS = 8,
	PERMANENT = 0x80, MAX_ADDRESSES = 64, MAX_ADDRESS = 128,
};

struct address {
	uint16_t size;	/* of the whole message behind the header */
	uint8_t bytes[MAX_ADDRESS];
};

struct move {
	const char *name, *to;
	int netns;
	int count;
	struct address addresses[MAX_ADDRESSES];
	int error;
};

struct request {
	struct nl_header head;
	uint8_t body[256];
};

static void attribute(struct request *r, uint16_t type, const void *value, size_t size)
{
	uint8_t *at = (uint8_t *)r + r->head.size;
	uint16_t head[2] = { (uint16_t)(size + 4), type };

	memcpy(at, head, 4);
	memcpy(at + 4, value, size);
	memset(at + 4 + size, 0, -size & 3);
	r->head.size += (uint32_t)(4 + ((size + 3) & ~(size_t)3));
}

static int netlink(void)
{
	int fd = socket(AF_NETLINK_, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE_);

	return fd < 0 ? -errno : fd;
}

/* Sends and waits for the kernel's answer: 0 or -errno. */
static int ask(int fd, struct request *r)
{
	struct {
		struct nl_header head;
		int32_t error;
		uint8_t rest[512];
	} answer;
	ssize_t n;

	r->head.flags |= NL_REQUEST | NL_ACK;
	if (send(fd, r, r->head.size, 0) < 0)
		return -errno;
	n = recv(fd, &answer, sizeof(answer), 0);
	if (n < (ssize_t)(sizeof(answer.head) + 4) || answer.head.type != NL_ERROR)
		return n < 0 ? -errno : -EBADMSG;
	return answer.error;
}

static int set_link(int fd, int index, bool up, const struct move *m)
{
	struct request r = { .head = { .size = sizeof(r.head) + sizeof(struct link_message), .type = LINK_SET } };
	struct link_message link = { .index = index, .flags = up ? IFF_UP : 0, .change = m == NULL ? IFF_UP : 0 };

	memcpy(r.body, &link, sizeof(link));
	if (m != NULL) {
		attribute(&r, LINK_NAME, m->to, strlen(m->to) + 1);
		attribute(&r, LINK_NS_FD, &m->netns, sizeof(m->netns));
	}
	return ask(fd, &r);
}

/* What an administrator gave it: global and permanent; the kernel makes link-local addresses anew. */
static bool worth_keeping(const struct address_message *a, const uint8_t *bytes, size_t size, int index)
{
	uint32_t flags = a->flags;

	for (size_t at = sizeof(*a); at + 4 <= size;) {
		uint16_t head[2];

		memcpy(head, bytes + at, 4);
		if (head[0] < 4 || at + head[0] > size)
			return false;
		if (head[1] == ADDRESS_FLAGS && head[0] == 8)
			memcpy(&flags, bytes + at + 4, 4);
		at += (head[0] + 3u) & ~3u;
	}
	return (int)a->index == index && a->scope == 0 && (flags & PERMANENT) != 0;
}

static int keep(struct move *m, const uint8_t *body, size_t size, int index)
{
	struct address_message a;

	if (size < sizeof(a))
		return -EBADMSG;
	memcpy(&a, body, sizeof(a));
	if (!worth_keeping(&a, body, size, index))
		return 0;
	if (m->count == MAX_ADDRESSES || size > MAX_ADDRESS)
		return -E2BIG;
	m->addresses[m->count].size = (uint16_t)size;
	memcpy(m->addresses[m->count++].bytes, body, size);
	return 0;
}

/* 1 when the list is at its end. */
static int keep_all(struct move *m, const uint8_t *bytes, size_t size, int index)
{
	int err = 0;

	for (size_t at = 0; err == 0 && at + sizeof(struct nl_header) <= size;) {
		struct nl_header head;

		memcpy(&head, bytes + at, sizeof(head));
		if (head.size < sizeof(head) || at + head.size > size)
			return -EBADMSG;
		if (head.type == NL_DONE)
			return 1;
		if (head.type == NL_ERROR)
			return -EIO;
		if (head.type == ADDRESS_NEW)
			err = keep(m, bytes + at + sizeof(head), head.size - sizeof(head), index);
		at += (head.size + 3) & ~3u;
	}
	return err;
}

static int read_addresses(struct move *m, int fd, int index)
{
	struct request r = {
		.head = { .size = sizeof(r.head) + sizeof(struct address_message), .type = ADDRESS_GET, .flags = NL_REQUEST | NL_DUMP },
	};
	uint8_t answer[4096];
	int err = 0;

	if (send(fd, &r, r.head.size, 0) < 0)
		return -errno;
	while (err == 0) {
		ssize_t n = recv(fd, answer, sizeof(answer), 0);

		err = n < 0 ? -errno : keep_all(m, answer, (size_t)n, index);
	}
	return err < 0 ? err : 0;
}

static int index_of(const char *name)
{
	unsigned int index = if_nametoindex(name);

	return index == 0 ? -ENODEV : (int)index;
}

static int add_addresses(struct move *m, int fd, int index)
{
	int err = 0;

	for (int i = 0; i < m->count && err == 0; i++) {
		struct request r = { .head = { .type = ADDRESS_NEW, .flags = NL_CREATE | NL_EXCLUSIVE } };
		struct address_message a;

		r.head.size = (uint32_t)(sizeof(r.head) + m->addresses[i].size);
		memcpy(r.body, m->addresses[i].bytes, m->addresses[i].size);
		memcpy(&a, r.body, sizeof(a));
		a.index = (uint32_t)index;
		memcpy(r.body, &a, sizeof(a));
		err = ask(fd, &r);
	}
	return err;
}

static int arrive(struct move *m)
{
	int fd, index, err;

	if (setns(m->netns, CLONE_NEWNET) < 0)
		return -errno;
	fd = netlink();
	index = fd < 0 ? fd : index_of(m->to);
	err = index < 0 ? index : add_addresses(m, fd, index);
	if (err == 0)
		err = set_link(fd, index, true, NULL);
	if (fd >= 0)
		close(fd);
	return err;
}

/* In a child of its own, as only it enters the container's namespace; memory is shared with the caller, who stands still. */
static int child(void *arg)
{
	struct move *m = arg;
	int fd = netlink(), index = fd < 0 ? fd : index_of(m->name), err = index < 0 ? index : read_addresses(m, fd, index);

	if (err == 0)
		err = set_link(fd, index, false, NULL);
	if (err == 0)
		err = set_link(fd, index, false, m);
	if (fd >= 0)
		close(fd);
	m->error = err < 0 ? err : arrive(m);
	return 0;
}

int do_net_device(struct context *c, const struct net_device_args *a)
{
	struct move m = { .name = a->name, .to = a->to };
	char path[64];
	int pidfd, pid;

	proc_path(path, c->pid, "ns/net");
	m.netns = open(path, O_RDONLY | O_CLOEXEC);
	if (m.netns < 0)
		return -errno;
	pid = spawn_child(child, &m, 0, -1, &pidfd);
	if (pid > 0) {
		reap_child(pid);
		close(pidfd);
	}
	close(m.netns);
	return pid < 0 ? pid : m.error;
}
