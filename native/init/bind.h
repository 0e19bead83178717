#pragma once
#include "init/init.h"
#include "wire/steps.gen.h"

/* Attaches the mount of a slot at a path of the root, with the attributes of the step. 0 or -errno. */
int bind_slot(struct init *c, const struct bind_args *a);
