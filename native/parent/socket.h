#pragma once
#include <stddef.h>

#include "wire/common.h"

struct sockaddr_un;

/* Connects a descriptor that does not wait; -ETIMEDOUT where nobody accepts, -ECANCELED, -errno. */
int connect_in_time(struct common *c, int fd, const struct sockaddr_un *address);
/* Connects to a stream socket of the caller's, whatever the length of its path; a descriptor, -ENOTSOCK, -ETIMEDOUT where nobody accepts, -errno. */
int connect_to(struct common *c, const char *path);
/*
 * Sends all the bytes, and the descriptor with the first of them. A reader that stands still must not hold up the runtime: -ETIMEDOUT after
 * seconds, -ECANCELED when a signal asks to end, -errno.
 */
int send_in_time(struct common *c, int sock, int fd, const void *bytes, size_t size);
