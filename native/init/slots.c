#include "init/slots.h"

#include <errno.h>

#include "init/mounts.h"
#include "shared/fd.h"
#include "shared/linux.h"

int slot_fd(struct init *c, uint32_t slot)
{
	return slot < c->slot_count && c->slots[slot].number > 0 ? c->slots[slot].number - 1 : -EBADF;
}

int clone_mount(int at, const struct slot *s)
{
	unsigned int flags = OPEN_TREE_CLONE_ | OPEN_TREE_CLOEXEC_ | AT_EMPTY_PATH_ | (s->recursive ? AT_RECURSIVE_ : 0);
	cleanup_close int fd = SYS(SYS_open_tree, at, "", flags);
	int err = fd < 0 ? fd : set_attributes(fd, false, 0, 0, s->propagation);

	return err < 0 ? err : steal_fd(&fd);
}

int slot_take(struct init *c, uint32_t slot)
{
	cleanup_close int fd = slot_fd(c, slot);

	if (fd < 0)
		return fd;
	c->slots[slot].number = 0;
	return c->slots[slot].late ? clone_mount(fd, &c->slots[slot]) : steal_fd(&fd);
}

int slot_put(struct init *c, uint32_t slot, int fd)
{
	cleanup_close int owned = fd;

	if (slot >= c->slot_count)
		return -EBADMSG;
	c->slots[slot] = (struct slot){ .number = steal_fd(&owned) + 1 };
	return 0;
}
