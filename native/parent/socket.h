#pragma once
#include "wire/common.h"

struct sockaddr_un;

/* Connects a descriptor that does not wait; -ETIMEDOUT where nobody accepts, -ECANCELED, -errno. */
int connect_in_time(struct common *c, int fd, const struct sockaddr_un *address);
/* Connects to a stream socket of the caller's, whatever the length of its path; a descriptor, -ENOTSOCK, -ETIMEDOUT where nobody accepts, -errno. */
int connect_to(struct common *c, const char *path);
