#pragma once
#include <stdbool.h>

/* Mounts the namespace at `path` over a file, which is made where it is missing; *made says so. 0 or -errno. */
int hold_namespace(const char *path, const char *file, bool *made);
