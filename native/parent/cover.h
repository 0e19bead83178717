#pragma once
#include <stdint.h>

/* The id of the mount on top of a path, which no other mount gets again (Linux 6.8; before, only while it is there). 0 or -errno. */
int mount_over(const char *path, uint64_t *id);
