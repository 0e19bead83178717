#pragma once
#include "wire/common.h"

struct hook_args;

/* Runs a hook to its end (config.md, POSIX-platform Hooks); 0, -EREMOTEIO with its exit status in the detail, -ETIME, -errno. */
int run_hook(struct common *c, const struct hook_args *a);
/* Gives an entry `HOME=` the value that `home` found, if it was asked for. */
void fill_home(struct common *c, struct strs env);
