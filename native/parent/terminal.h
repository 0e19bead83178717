#pragma once
#include "parent/parent.h"

struct message;

/* The init has made a terminal and sends its master: it goes to who asked for it. 0 or -errno. */
int take_terminal(struct parent *c, const struct message *m);
/* The master of a terminal goes to who asked for it. 0 or -errno. */
int give_terminal(struct parent *c, int master);
