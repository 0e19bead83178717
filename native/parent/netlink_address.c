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
	ADDRESS_REMOVE = 21,
	ADDRESS_GET = 22,
	ADDRESS_PEER = 1,
	ADDRESS_LOCAL = 2,
	ADDRESS_LABEL = 3,
	ADDRESS_FLAGS = 8,
	NO_DUPLICATES_CHECK = 0x02,
	PERMANENT = 0x80,
	RETRIES = 8,
};

/*
 * An address as it is to be given again: without its label, which names the device as it was called, and an IPv6 one without the
 * search for duplicates: nobody took it meanwhile, and until that has ended nothing could bind to it.
 */
static int copy(struct address *to, struct address_message a, const uint8_t *bytes, size_t size)
{
	uint32_t flags = a.flags;
	struct attribute one;
	size_t at = sizeof(a);
	int more;

	to->size = sizeof(a);
	while ((more = next_attribute(bytes, size, &at, &one)) > 0) {
		if (one.type == ADDRESS_FLAGS && one.size == 8)
			memcpy(&flags, one.start + 4, 4);
		else if (one.type != ADDRESS_LABEL) {
			if (to->size + aligned(one.size) + 8 > sizeof(to->bytes))
				return -E2BIG;
			memcpy(to->bytes + to->size, one.start, one.size);
			to->size += (uint32_t)aligned(one.size);
		}
	}
	if (more < 0)
		return more;
	flags |= a.family == AF_INET6 ? NO_DUPLICATES_CHECK : 0;
	a.flags = (uint8_t)flags;
	memcpy(to->bytes, &a, sizeof(a));
	memcpy(to->bytes + to->size, (uint16_t[]){ 8, ADDRESS_FLAGS }, 4);
	memcpy(to->bytes + to->size + 4, &flags, 4);
	to->size += 8;
	return (flags & PERMANENT) != 0;
}

struct kept_of {
	int index;
	struct addresses *found;
};

static int keep(void *arg, const struct nl_header *head, const uint8_t *body, size_t size)
{
	const struct kept_of *of = arg;
	struct addresses *found = of->found;
	struct address_message a;
	struct address one = { 0 };
	int permanent;

	if (head->type != ADDRESS_NEW)
		return 0;
	if (size < sizeof(a))
		return -EBADMSG;
	memcpy(&a, body, sizeof(a));
	if ((int)a.index != of->index || a.scope != 0)
		return 0;
	permanent = copy(&one, a, body, size);
	if (permanent <= 0)
		return permanent;
	if (found->count == MAX_ADDRESSES)
		return -E2BIG;
	found->all[found->count++] = one;
	return 0;
}

static int read_once(int fd, int index, struct addresses *found)
{
	found->count = 0;
	return netlink_list(fd, ADDRESS_GET, keep, &(struct kept_of){ index, found });
}

int addresses_read(int fd, int index, struct addresses *found)
{
	int err = -EAGAIN;

	for (int i = 0; err == -EAGAIN && i <= RETRIES; i++)
		err = read_once(fd, index, found);
	return err;
}

static int address_send(int fd, int index, const struct address *one, uint16_t type, uint16_t flags)
{
	struct address_message a;
	struct request r;

	begin(&r, type, flags, one->bytes, one->size);
	memcpy(&a, r.body, sizeof(a));
	a.index = (uint32_t)index;
	memcpy(r.body, &a, sizeof(a));
	return command(fd, &r);
}

int addresses_add(int fd, int index, const struct addresses *all)
{
	int first = 0;

	for (uint32_t i = 0; i < all->count; i++) {
		int err = address_send(fd, index, &all->all[i], ADDRESS_NEW, NL_CREATE | NL_REPLACE);

		first = first == 0 ? err : first;
	}
	return first;
}

/* An IPv6 one without the search for duplicates, as above: it can be used at once. */
static struct address address_of(const struct ip *ip)
{
	struct address_message a = { ip->family, ip->prefix, ip->family == AF_INET6 ? NO_DUPLICATES_CHECK : 0, 0, 0 };
	struct request r;
	struct address one;

	begin(&r, ADDRESS_NEW, 0, &a, sizeof(a));
	attribute(&r, ADDRESS_LOCAL, ip->bytes, ip->size);
	attribute(&r, ADDRESS_PEER, ip->bytes, ip->size);
	one.size = r.head.size - (uint32_t)sizeof(r.head);
	memcpy(one.bytes, r.body, one.size);
	return one;
}

int address_add(int fd, int index, const struct ip *ip)
{
	const struct address one = address_of(ip);

	return address_send(fd, index, &one, ADDRESS_NEW, NL_CREATE | NL_EXCLUSIVE);
}

int address_remove(int fd, int index, const struct ip *ip)
{
	const struct address one = address_of(ip);

	return address_send(fd, index, &one, ADDRESS_REMOVE, 0);
}
