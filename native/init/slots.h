#pragma once
#include "init/init.h"

/* Host paths by descriptor: `source` steps open them, and later steps name them by the number of a slot. */

/* The descriptor of a slot; -EBADF if it is empty. */
int slot_fd(struct init *c, uint32_t slot);
/* The mount of a slot, ready to be attached; the slot is empty then. A descriptor or -errno. */
int slot_take(struct init *c, uint32_t slot);
/* Fills a slot with a mount; closes it where there is no such slot. 0 or -errno. */
int slot_put(struct init *c, uint32_t slot, int fd);
/* A detached clone of the mount at `at`, with the propagation that the slot asks for. A descriptor or -errno. */
int clone_mount(int at, const struct slot *s);
