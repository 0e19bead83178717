#pragma once
#include "init/init.h"
#include "wire/steps.gen.h"

/* fsconfig(2) takes values of 255 bytes, mount(2) a page for all: the lowerdir of an overlay. */
bool has_long_value(const struct mount_args *a);
/* Mounts at the folder `target` by mount(2), with `first` before the other options, unless it is empty. 0 or -errno. */
int mount_long(struct init *c, const struct mount_args *a, int target, const char *first);
