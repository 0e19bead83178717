#pragma once
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>

/* Messages of netlink(7), for the files that speak of devices, addresses and routes. */

enum { ANSWER_SIZE = 32768 };
enum { NL_REQUEST = 1, NL_ACK = 4, NL_INTERRUPTED = 0x10, NL_DUMP = 0x300, NL_REPLACE = 0x100, NL_CREATE = 0x400, NL_EXCLUSIVE = 0x200, NL_DONE = 3 };

struct nl_header {
	uint32_t size;
	uint16_t type, flags;
	uint32_t sequence, pid;
};

struct request {
	struct nl_header head;
	uint8_t body[256];
	bool full; /* something has found no room: it is not sent */
};

struct link_message {
	uint8_t family, pad;
	uint16_t type;
	int32_t index;
	uint32_t flags, change;
};

enum {
	LINK_NEW = 16,
	LINK_REMOVE = 17,
	LINK_GET = 18,
	LINK_SET = 19,
	LINK_NAME = 3,
	LINK_MASTER = 10,
	LINK_INFO = 18,
	LINK_NS_FD = 28,
	INFO_KIND = 1
};

static inline size_t aligned(size_t size)
{
	return (size + 3) & ~(size_t)3;
}

/* One attribute of a message: `size` bytes from `start`, of which the first four are its head. */
struct attribute {
	uint16_t size, type;
	const uint8_t *start;
};

/* The one at *at, which is then after it: 1; 0: there is none; -EBADMSG. */
static inline int next_attribute(const uint8_t *bytes, size_t size, size_t *at, struct attribute *found)
{
	uint16_t head[2];

	if (*at + sizeof(head) > size)
		return 0;
	memcpy(head, bytes + *at, sizeof(head));
	if (head[0] < sizeof(head) || *at + head[0] > size)
		return -EBADMSG;
	*found = (struct attribute){ head[0], head[1], bytes + *at };
	*at += aligned(head[0]);
	return 1;
}

void begin(struct request *r, uint16_t type, uint16_t flags, const void *body, size_t size);
void attribute(struct request *r, uint16_t type, const void *value, size_t size);
/* The attribute that begins at `start`, where the head's size was before it, holds all that has come since. */
void attribute_holds(struct request *r, uint32_t start);
/* One datagram of the kernel's; its size, or -errno, also for one that says so. */
ssize_t receive(int fd, uint8_t *answer, size_t size);
/* A request and its answer; how many bytes there are of it, at least `least`, or -errno. */
ssize_t ask(int fd, const struct request *r, uint8_t *answer, size_t size, size_t least);
/* Waits for the kernel's word: 0 or -errno. */
int command(int fd, struct request *r);
/* What is called for each message of a list; 0 or -errno, which ends it. */
typedef int (*each_message)(void *arg, const struct nl_header *head, const uint8_t *body, size_t size);
/* A list of the kernel's, read to its end, as what is left would be taken for the next answer. -EAGAIN when it changed while it was read. */
int netlink_list(int fd, uint16_t type, each_message each, void *arg);
