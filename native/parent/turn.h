#pragma once
#include "parent/parent.h"
#include "wire/message.h"

/* Does what a message of the init asks for; -errno for FAILED: then the index and the detail are the init's. */
int handle_message(struct parent *c, const struct message *m);
/* Whether the init, whose socket has closed, has executed its program: it has said READY, or is seen to be another program. */
bool has_executed(const struct parent *c, pid_t pid);
