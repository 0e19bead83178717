/* Lists of netlink_list, answered by the other end of a socket pair: prints the result of the list, and the rest in the socket. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "parent/netlink.h"
#include "parent/netlink_talk.h"

enum { THING = 20 };

static void answer(int fd, uint16_t type, uint16_t flags)
{
	struct nl_header head = { .size = sizeof(head), .type = type, .flags = flags };

	send(fd, &head, sizeof(head), 0);
}

static int refuse_second(void *arg, const struct nl_header *head, const uint8_t *body, size_t size)
{
	(void)head, (void)body, (void)size;
	return ++*(int *)arg == 2 ? -E2BIG : 0;
}

static int count(void *arg, const struct nl_header *head, const uint8_t *body, size_t size)
{
	(void)head, (void)body, (void)size;
	++*(int *)arg;
	return 0;
}

static void list(const char *name, each_message each, uint16_t flags)
{
	char rest[64];
	int pair[2], seen = 0, err;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) < 0)
		return;
	for (int i = 0; i < 4; i++)
		answer(pair[1], THING, i == 1 ? flags : 0);
	answer(pair[1], NL_DONE, 0);
	err = netlink_list(pair[0], 1, each, &seen);
	printf("%s: %d, %d seen, %s\n", name, err, seen, recv(pair[0], rest, sizeof(rest), MSG_DONTWAIT) < 0 ? "nothing left" : "the rest is left");
}

int main(void)
{
	list("whole", count, 0);
	list("changed", count, NL_INTERRUPTED);
	list("refused", refuse_second, 0);
	return 0;
}
