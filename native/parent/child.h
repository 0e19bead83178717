#pragma once
#include "parent/parent.h"

/* A pidfd of the process that had this number at that time; -ESRCH if the number now is another's. */
int open_process(pid_t pid, uint64_t started);
/* The init has forked: from now on `pid`, a child of this process too, is the init. */
int adopt(struct parent *c, pid_t pid);
/* SIGKILL to the init, and reaps it. */
int kill_init(struct parent *c);
