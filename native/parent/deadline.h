#pragma once
#include "parent/parent.h"

/* Acts on a deadline: SIGTERM at the first call, SIGKILL at the next. 0 or -errno. */
int deadline_passed(struct parent *c);
/* To be called when the process has ended and is not reaped yet: if its deadline has passed, kills its descendants. 0 or -errno. */
int end_descendants(struct parent *c);
