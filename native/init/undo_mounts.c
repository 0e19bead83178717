#include "init/undo_mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include "shared/linux.h"
#include "shared/string_buffer.h"
#include "wire/message.h"

enum { MAX_STACKED = 1000 };

int keep_mount(struct init *c, int tree)
{
	int fd;

	if (c->held_proc < 0)
		return 0;
	if (c->kept_count == KEPT_MOUNTS)
		return -E2BIG;
	fd = fcntl(tree, F_DUPFD_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	c->kept[c->kept_count++] = (struct kept_mount){ fd, c->common.index };
	return 0;
}

/*
 * umount2(2) takes no descriptor. The path begins in a procfs that was opened outside, and its last component is a link of the kernel's own to the very
 * mount: no path of the image is in it. But what the container has mounted over that mount goes before it, so this is repeated until it is detached.
 */
int unmount_at(struct init *c, int fd)
{
	char path[32], *at = append_string(path, path + sizeof(path), "self/fd/");

	append_number(at, path + sizeof(path), (uint64_t)fd);
	if (fchdir(c->held_proc) < 0)
		return -errno;
	for (int done = 0; done < MAX_STACKED; done++)
		if (umount2(path, MNT_DETACH) < 0)
			return errno == EINVAL && done > 0 ? 0 : -errno;
	return -EBUSY;
}

/* EINVAL: it was not attached, or somebody in the container has unmounted it. */
void undo_mounts(struct init *c)
{
	uint32_t failed = c->common.index;

	while (c->kept_count > 0) {
		const struct kept_mount *kept = &c->kept[--c->kept_count];
		int err = unmount_at(c, kept->fd);

		c->common.index = kept->index;
		if (err < 0 && err != -EINVAL)
			send_message(&c->common, NOTE, err);
	}
	c->common.index = failed;
}
