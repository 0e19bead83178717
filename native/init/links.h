#pragma once
#include "init/init.h"

/* Whether `name` in the folder `dir` is a symlink with this target. */
bool leads_to(int dir, const char *name, const char *target);
/* Makes the symlink that `link` is the descriptor of again at `path` of the root; one that is there already must be the same. */
int copy_symlink(struct init *c, int link, const char *path);
