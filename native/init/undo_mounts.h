#pragma once
#include "init/init.h"

/*
 * Mounts in the mount namespace of a container that runs stay there when this process has gone. So where a step `hold_procfs` asked for it, they
 * are kept in mind until all are made. Both functions do nothing without that step.
 */

/* Keeps a mount in mind that is going to be attached; 0 or -errno. */
int keep_mount(struct init *c, int tree);
/* Unmounts what was kept in mind, in reverse. One that cannot be is told in a note, which names its step. */
void undo_mounts(struct init *c);
/* Unmounts what lies at a descriptor, with all below it; 0 or -errno. */
int unmount_at(struct init *c, int fd);
