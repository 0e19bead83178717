#pragma once
#include "init/init.h"

/* Copies what lies in folder `from` into folder `to`: files, folders, symlinks, their owners and modes, but not those of `from` itself. */
int copy_tree(struct init *c, int from, int to);
