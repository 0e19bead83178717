#pragma once
#include "wire/context.h"

struct hook_args;

/* Runs a hook to its end (config.md, POSIX-platform Hooks); 0, -EREMOTEIO with its exit status in the detail, -ETIME, -errno. */
int run_hook(struct context *c, const struct hook_args *a);
/* Gives an entry `HOME=` the value that `home` found (init). */
void fill_home(struct context *c, struct strs env);
/* Tells of a failure that does not stop the plan; each hand has its own way. */
int note(struct context *c, int error);
