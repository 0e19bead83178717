#pragma once
#include <stddef.h>
#include <sys/types.h>

/* Writes a value to a file of a kernel file system, in one write(2); 0 or -errno. */
int write_value(const char *path, const char *value, size_t size);
/* Reads what one read(2) gives, with a NUL behind it; its length or -errno. */
ssize_t read_value(const char *path, char *out, size_t size);
