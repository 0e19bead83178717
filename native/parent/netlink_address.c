#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "parent/netlink.h"
#include "parent/netlink_talk.h"
#include "shared/fd.h"

struct address_message {
	uint8_t family, prefix, flags, scope;
	uint32_t index;
};

enum {
	ADDRESS_NEW = 20,
	ADDRESS_GET = 22,
	ADDRESS_LABEL = 3,
	ADDRESS_FLAGS = 8,
	NO_DUPLICATES_CHECK = 0x02,
	PERMANENT = 0x80,
	ANSWER_SIZE = 8192,
	RETRIES = 8,
};

/*
 * An address as it is to be given again: without its label, which names the device as it was called, and an IPv6 one without the
 * search for duplicates: nobody took it meanwhile, and until that has ended nothing could bind to it.
 */
static int copy(struct address *to, struct address_message a, const uint8_t *bytes, size_t size)
{
	uint32_t flags = a.flags;

	to->size = sizeof(a);
	for (size_t at = sizeof(a); at + 4 <= size;) {
		uint16_t head[2];

		memcpy(head, bytes + at, 4);
		if (head[0] < 4 || at + head[0] > size)
			return -EBADMSG;
		if (head[1] == ADDRESS_FLAGS && head[0] == 8)
			memcpy(&flags, bytes + at + 4, 4);
		else if (head[1] != ADDRESS_LABEL) {
			if (to->size + aligned(head[0]) + 8 > sizeof(to->bytes))
				return -E2BIG;
			memcpy(to->bytes + to->size, bytes + at, head[0]);
			to->size += (uint32_t)aligned(head[0]);
		}
		at += aligned(head[0]);
	}
	flags |= a.family == AF_INET6 ? NO_DUPLICATES_CHECK : 0;
	a.flags = (uint8_t)flags;
	memcpy(to->bytes, &a, sizeof(a));
	memcpy(to->bytes + to->size, (uint16_t[]){ 8, ADDRESS_FLAGS }, 4);
	memcpy(to->bytes + to->size + 4, &flags, 4);
	to->size += 8;
	return (flags & PERMANENT) != 0;
}

static int keep(struct addresses *found, const uint8_t *body, size_t size, int index)
{
	struct address_message a;
	struct address one = { 0 };
	int permanent;

	if (size < sizeof(a))
		return -EBADMSG;
	memcpy(&a, body, sizeof(a));
	if ((int)a.index != index || a.scope != 0)
		return 0;
	permanent = copy(&one, a, body, size);
	if (permanent <= 0)
		return permanent;
	if (found->count == MAX_ADDRESSES)
		return -E2BIG;
	found->all[found->count++] = one;
	return 0;
}

/* 1 when the list is at its end; -EAGAIN when it changed while it was read. */
static int keep_all(struct addresses *found, const uint8_t *bytes, size_t size, int index)
{
	int err = 0;

	for (size_t at = 0; err == 0 && at + sizeof(struct nl_header) <= size;) {
		struct nl_header head;

		memcpy(&head, bytes + at, sizeof(head));
		if (head.size < sizeof(head) || at + head.size > size)
			return -EBADMSG;
		if (head.flags & NL_INTERRUPTED)
			err = -EAGAIN;
		else if (head.type == NL_DONE)
			return 1;
		else if (head.type == ADDRESS_NEW)
			err = keep(found, bytes + at + sizeof(head), head.size - sizeof(head), index);
		at += aligned(head.size);
	}
	return err;
}

static int read_once(int fd, int index, struct addresses *found)
{
	struct address_message all = { 0 };
	uint8_t answer[ANSWER_SIZE];
	struct request r;
	int end = 0;

	found->count = 0;
	begin(&r, ADDRESS_GET, NL_DUMP, &all, sizeof(all));
	if (send(fd, &r, r.head.size, 0) < 0)
		return -errno;
	while (end == 0) {
		ssize_t n = receive(fd, answer, sizeof(answer));

		if (n <= 0 || n > ANSWER_SIZE)
			return n < 0 ? (int)n : -EMSGSIZE;
		end = keep_all(found, answer, (size_t)n, index);
	}
	return end < 0 ? end : 0;
}

/* Each time with a socket of its own, as what is left of a list that changed would be taken for the next one's. */
int addresses_read(int fd, int index, struct addresses *found)
{
	int err = read_once(fd, index, found);

	for (int i = 0; err == -EAGAIN && i < RETRIES; i++) {
		cleanup_close int again = netlink_open();

		err = again < 0 ? again : read_once(again, index, found);
	}
	return err;
}

int addresses_add(int fd, int index, const struct addresses *all)
{
	int err = 0;

	for (uint32_t i = 0; i < all->count && err == 0; i++) {
		struct address_message a;
		struct request r;

		begin(&r, ADDRESS_NEW, NL_CREATE | NL_EXCLUSIVE, all->all[i].bytes, all->all[i].size);
		memcpy(&a, r.body, sizeof(a));
		a.index = (uint32_t)index;
		memcpy(r.body, &a, sizeof(a));
		err = command(fd, &r);
	}
	return err;
}
