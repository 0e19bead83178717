#pragma once
#include "init/init.h"

/* The descriptor of a host path that a `source` step cloned; -EBADF if there is none. */
int slot_fd(struct init *c, uint32_t slot);
/* The mount of a slot, ready to be attached; the slot is empty then. A descriptor or -errno. */
int slot_take(struct init *c, uint32_t slot);
/* Fills a slot with a mount; closes it where there is no such slot. 0 or -errno. */
int slot_put(struct init *c, uint32_t slot, int fd);
/* Whether -EMFILE may be tried again: a config, or an image, may need more open files than a process is usually given (1024). */
bool more_files(struct init *c, int err);
/* The limit of open files is what it was. 0 or -errno. */
int usual_files(struct init *c);
/* Attaches the mount `tree` over `target`, both by descriptor. */
int attach(int tree, int target);
/* mount_setattr(2) on the mount that `fd` is the root of. */
int set_attributes(int fd, bool recursive, uint64_t set, uint64_t clear, uint64_t propagation);
/* Gives a context of fsopen(2) an option, `name` or `name=value`. */
int configure(int fs, const char *option);
/* Copies what lies in folder `from` into folder `to`: files, folders, symlinks, their owners and modes. */
int copy_tree(struct init *c, int from, int to);
/* Makes the symlink that `link` is the descriptor of again at `path` of the root; one that is there already must be the same. */
int copy_symlink(struct init *c, int link, const char *path);
/* A detached procfs of the pid namespace that this process is in. */
int private_procfs(void);
