#pragma once
#include "init/root.h"

/* The place at which something is to be mounted: a descriptor or -errno. With `no_symlinks`, none may be on the way. */
int open_target(struct init *c, const char *path, bool no_symlinks, enum make make);
/* 0, or -EPERM if `target` lies in a procfs and the mount `tree` (-1: none yet) may not go there. */
int refuse_proc(struct init *c, int target, int tree, bool allowed);
