#pragma once
#include "parent/parent.h"

/* From now on `pid`, a child of this process, is the init; the one before is not looked after any more. */
int look_after(struct parent *c, pid_t pid);
/* The init has forked: from now on `pid`, a child of this process too, is the init. */
int adopt(struct parent *c, pid_t pid);
/* SIGKILL to the init, and reaps it. */
int kill_init(struct parent *c);
