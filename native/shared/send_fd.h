#pragma once
#include <stddef.h>

/* Sends some bytes and a descriptor with them, in one message (unix(7), SCM_RIGHTS). Never a signal where nobody reads any more; 0 or -errno. */
int send_fd(int sock, int fd, const void *bytes, size_t size);
/* Receives one, close-on-exec, and passes the bytes over; -EPIPE at end of file, -EBADMSG for a message without one, -errno. */
int receive_fd(int sock);
