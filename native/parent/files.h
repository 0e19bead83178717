#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

struct blob;

/* Opens a file to be read, never waiting, and says what it is; -errno for what is no regular file. `follow`: 0 or O_NOFOLLOW. */
int open_regular(int folder, const char *path, int follow, struct stat *st);
/*
 * Appends what is read to `b`, until the end; -EFBIG: it has more than `limit` bytes. `expected`: as many are likely. `cancel`: it may have to be
 * waited for, and the wait ends as wait_readable tells.
 */
int32_t read_to_end(int fd, const int *cancel, size_t expected, size_t limit, struct blob *b);
/* The whole of it. */
int32_t read_regular(int fd, const struct stat *st, int32_t limit, struct blob *out);
