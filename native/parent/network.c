#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "parent/functions.h"
#include "parent/net_move.h"
#include "parent/netlink.h"
#include "parent/netlink_talk.h"
#include "shared/fd.h"

enum { RETRIES = 8 };

static int append(void *list, const struct nl_header *head, const uint8_t *body, size_t size)
{
	static const uint8_t gap[4];
	size_t more = aligned(size) - size;

	return fwrite(head, sizeof(*head), 1, list) == 1 && fwrite(body, 1, size, list) == size && fwrite(gap, 1, more, list) == more ? 0 : -ENOMEM;
}

static int list_once(int ns, uint16_t type, struct blob *out)
{
	cleanup_close int fd = ns < 0 ? netlink_open() : netlink_open_in(ns);
	char *bytes = NULL;
	size_t size = 0;
	FILE *list = fd < 0 ? NULL : open_memstream(&bytes, &size);
	int err = fd < 0 ? fd : list == NULL ? -ENOMEM : netlink_list(fd, type, append, list);

	if (list != NULL && fclose(list) != 0 && err == 0)
		err = -ENOMEM;
	if (err < 0)
		free(bytes);
	else
		*out = (struct blob){ (uint8_t *)bytes, size };
	return err;
}

int32_t native_network(const char *path, int32_t type, struct blob *out)
{
	cleanup_close int ns = *path ? open_netns(path) : -1;
	int err = *path && ns < 0 ? ns : -EAGAIN;

	for (int i = 0; err == -EAGAIN && i < RETRIES; i++)
		err = list_once(ns, (uint16_t)type, out);
	return err;
}
