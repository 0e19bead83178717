#pragma once
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Messages of netlink(7), for netlink.c and netlink_address.c. */

enum { NL_REQUEST = 1, NL_ACK = 4, NL_INTERRUPTED = 0x10, NL_DUMP = 0x300, NL_CREATE = 0x400, NL_EXCLUSIVE = 0x200, NL_DONE = 3 };

struct nl_header {
	uint32_t size;
	uint16_t type, flags;
	uint32_t sequence, pid;
};

struct request {
	struct nl_header head;
	uint8_t body[256];
};

static inline size_t aligned(size_t size)
{
	return (size + 3) & ~(size_t)3;
}

void begin(struct request *r, uint16_t type, uint16_t flags, const void *body, size_t size);
void attribute(struct request *r, uint16_t type, const void *value, size_t size);
/* One datagram of the kernel's; its size, or -errno, also for one that says so. */
ssize_t receive(int fd, uint8_t *answer, size_t size);
/* Waits for the kernel's word: 0 or -errno. */
int command(int fd, struct request *r);
