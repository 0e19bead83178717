#pragma once
#include "parent/parent.h"

struct message;

/* Takes the seccomp listener, which the init will have under the number that its message tells, hands it to the agent, and lets the init go on. 0 or -errno. */
int take_listener(struct parent *c, const struct message *m);
