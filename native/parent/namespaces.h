#pragma once
#include <stdbool.h>

/*
 * Mounts the namespace at `path` over a file. It is made where it is missing, and *made says so; with `new` it must be missing (-EEXIST). 0 or -errno.
 */
int hold_namespace(const char *path, const char *file, bool new, bool *made);
