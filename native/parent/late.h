#pragma once
#include "parent/parent.h"

/* The deadline has passed: SIGTERM, and the next time SIGKILL. 0 or -errno. */
int end_late(struct parent *c);
/* The process has ended, and is to be reaped. If it was late, nobody who came of it lives any longer. 0 or -errno. */
int bury_late(struct parent *c);
