#pragma once
#include <stddef.h>

/* `cleanup_close int fd = open(…);` is closed where its scope ends, if it is a descriptor. The attribute is GCC's and clang's. */
#define cleanup_close __attribute__((cleanup(close_fd)))

/* Closes it unless it is negative; errno stays. */
void close_fd(const int *fd);

/* For the one who is handed a descriptor of a `cleanup_close`: it stays open. */
static inline int steal_fd(int *fd)
{
	int stolen = *fd;

	*fd = -1;
	return stolen;
}

/* Writes all of it; 0 or -errno. */
int write_all(int fd, const void *bytes, size_t size);
