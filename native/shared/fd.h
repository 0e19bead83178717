#pragma once
#include <stddef.h>
#include <sys/types.h>

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
/* Makes a folder of this mode, whatever the umask; 0 or -errno. If it fails, there is none that it has made. */
int make_folder(const char *path, mode_t mode);
