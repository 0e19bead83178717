#pragma once
#include "init/init.h"

/* Whether -EMFILE may be tried again: a config, or an image, may need more open files than a process is usually given (1024). */
bool more_files(struct init *c, int err);
/* The limit of open files is what it was. 0 or -errno. */
int usual_files(struct init *c);
