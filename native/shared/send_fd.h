#pragma once
#include <stddef.h>
#include <sys/types.h>

/*
 * Sends some bytes, and a descriptor with the first of them (unix(7), SCM_RIGHTS) unless it is negative. `flags`: those of send(2); never a signal where nobody reads any
 * more. How many bytes were taken, which are all unless the socket is a stream, or -errno.
 */
ssize_t send_fd(int sock, int fd, const void *bytes, size_t size, int flags);
/* Receives one, close-on-exec, and passes the bytes over; -EPIPE at end of file, -EBADMSG for a message without one, -errno. */
int receive_fd(int sock);
