#pragma once
#include "wire/common.h"

/* Connects to a stream socket of the caller's, whatever the length of its path; a descriptor, -ENOTSOCK, -ETIMEDOUT where nobody accepts, -errno. */
int connect_to(struct common *c, const char *path);
