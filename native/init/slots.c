#include "init/slots.h"

#include <errno.h>
#include <unistd.h>

#include "init/mounts.h"
#include "shared/linux.h"

int slot_fd(struct init *c, uint32_t slot)
{
	return slot < c->slot_count && c->slots[slot].number > 0 ? c->slots[slot].number - 1 : -EBADF;
}

int clone_mount(int at, const struct slot *s)
{
	unsigned int flags = OPEN_TREE_CLONE_ | OPEN_TREE_CLOEXEC_ | AT_EMPTY_PATH_ | (s->recursive ? AT_RECURSIVE_ : 0);
	int fd = SYS(SYS_open_tree, at, "", flags), err;

	err = fd < 0 ? fd : set_attributes(fd, false, 0, 0, s->propagation);
	if (fd >= 0 && err < 0)
		close(fd);
	return err < 0 ? err : fd;
}

int slot_take(struct init *c, uint32_t slot)
{
	int fd = slot_fd(c, slot), tree = fd;

	if (fd >= 0 && c->slots[slot].late) {
		tree = clone_mount(fd, &c->slots[slot]);
		close(fd);
	}
	if (fd >= 0)
		c->slots[slot].number = 0;
	return tree;
}

int slot_put(struct init *c, uint32_t slot, int fd)
{
	if (slot >= c->slot_count) {
		close(fd);
		return -EBADMSG;
	}
	c->slots[slot] = (struct slot){ .number = fd + 1 };
	return 0;
}
