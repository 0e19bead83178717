#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "parent/netlink.h"
#include "parent/netlink_talk.h"

/* Finding devices, and what tells one from another, and a network from another. */

enum { LINK_ON = 5, LINK_ON_NETWORK = 37, LINK_PERMANENT_ADDRESS = 54, LINK_PARENT = 56, NETWORK_GET = 90, NETWORK_FD = 3, NETWORK_COOKIE = 71 };

static void mark(struct link *l, const struct attribute *a)
{
	if (a->size > sizeof(l->marks) - l->mark_size)
		return;
	memcpy(l->marks + l->mark_size, a->start, a->size);
	l->mark_size += a->size;
}

/* Nothing is behind a device of these kinds, so it does not matter who has made it. */
static bool is_alone(const struct attribute *kind)
{
	static const char kinds[][6] = { "dummy", "ifb" };
	bool found = false;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		size_t size = strlen(kinds[i]) + 1;

		found |= kind->size == 4 + size && memcmp(kind->start + 4, kinds[i], size) == 0;
	}
	return found;
}

/* Nobody can make hardware: its own address tells it, or what it is a part of. */
static void read_marks(struct link *l, const uint8_t *bytes, size_t size)
{
	bool permanent = false, kind = false;
	struct attribute a;

	for (size_t at = 0; next_attribute(bytes, size, &at, &a) > 0;) {
		if (a.type == LINK_ON && a.size == 8)
			memcpy(&l->on, a.start + 4, 4);
		if (a.type == LINK_ON_NETWORK && a.size == 8)
			memcpy(&l->on_network, a.start + 4, 4);
		if (a.type == LINK_INFO) {
			size_t inside = 4;

			if (next_attribute(a.start, a.size, &inside, &a) <= 0 || a.type != INFO_KIND)
				continue;
			kind = true;
			l->known |= is_alone(&a);
			mark(l, &a);
		}
		if (a.type == LINK_PERMANENT_ADDRESS || a.type == LINK_PARENT) {
			permanent |= a.type == LINK_PERMANENT_ADDRESS;
			l->known |= a.type == LINK_PARENT;
			mark(l, &a);
		}
	}
	l->known |= permanent && !kind;
}

int link_find(int fd, const char *name, int index, struct link *found)
{
	struct link_message link = { .index = name == NULL ? index : 0 };
	const size_t least = sizeof(struct nl_header) + sizeof(link);
	uint8_t answer[ANSWER_SIZE];
	struct request r;
	ssize_t n;

	begin(&r, LINK_GET, 0, &link, sizeof(link));
	if (name != NULL)
		attribute(&r, LINK_NAME, name, strlen(name) + 1);
	n = ask(fd, &r, answer, sizeof(answer), least);
	if (n < 0)
		return (int)n;
	memcpy(&link, answer + sizeof(struct nl_header), sizeof(link));
	*found = (struct link){ .index = link.index, .up = (link.flags & IFF_UP) != 0, .on = -1, .on_network = -1 };
	read_marks(found, answer + least, (size_t)n - least);
	return 0;
}

int network_number(int fd, int ns)
{
	const uint32_t family = 0;
	uint8_t answer[sizeof(struct nl_header) + sizeof(family) + 8];
	struct request r;
	int32_t number;
	ssize_t n;

	begin(&r, NETWORK_GET, 0, &family, sizeof(family));
	attribute(&r, NETWORK_FD, &ns, sizeof(ns));
	n = ask(fd, &r, answer, sizeof(answer), sizeof(answer));
	if (n < 0)
		return (int)n;
	memcpy(&number, answer + sizeof(answer) - sizeof(number), sizeof(number));
	return number < 0 ? -ENXIO : number;
}

/* The inode (before Linux 5.14) is soon that of another one, as the kernel gives the lowest that is free. */
uint64_t network_id(int fd, int ns)
{
	uint64_t cookie = 0;
	struct stat st = { 0 };

	if (getsockopt(fd, SOL_SOCKET, NETWORK_COOKIE, &cookie, &(socklen_t){ sizeof(cookie) }) == 0)
		return cookie;
	fstat(ns, &st);
	return st.st_ino;
}
