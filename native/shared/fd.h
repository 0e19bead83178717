#pragma once

/* `cleanup_close int fd = open(…);` is closed where its scope ends, if it is a descriptor. The attribute is GCC's and clang's. */
#define cleanup_close __attribute__((cleanup(close_fd)))

/* Closes it unless it is negative; errno stays. */
void close_fd(const int *fd);

/* Hands a descriptor on, so that it is not closed here. */
static inline int take_fd(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}
