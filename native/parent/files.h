#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

struct blob;

/* Opens a file to be read, never waiting, and says what it is; -errno for what is no regular file. `follow`: 0 or O_NOFOLLOW. */
int open_regular(int folder, const char *path, int follow, struct stat *st);
/* The whole of it. */
int32_t read_regular(int fd, const struct stat *st, int32_t limit, struct blob *out);
