/* Generated from src/step/table.ts by `npm run gen`. Not edited by hand. */
#pragma once
#include "wire/common.h"
#include "wire/steps.gen.h"

int do_prlimit(struct common *c, const struct prlimit_args *a);
int do_scheduler(struct common *c, const struct scheduler_args *a);
int do_io_priority(struct common *c, const struct io_priority_args *a);
int do_hook(struct common *c, const struct hook_args *a);
