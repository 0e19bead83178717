#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "init/init.h"

/* Attaches the mount `tree` over `target`, both by descriptor. */
int attach(int tree, int target);
/* mount_setattr(2) on the mount that `fd` is the root of. */
int set_attributes(int fd, bool recursive, uint64_t set, uint64_t clear, uint64_t propagation);
/* Gives a context of fsopen(2) an option, `name` or `name=value`. */
int configure(int fs, const char *option);
/*
 * The detail is what the context of fsopen(2) has in its log, "e tmpfs: Bad value for 'size'", or else the option that was refused
 * (NULL: none).
 */
void read_log(struct init *c, int fs, const char *option);
/* A detached procfs of the pid namespace that this process is in. */
int private_procfs(void);
