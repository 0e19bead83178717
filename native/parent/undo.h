#pragma once
#include "parent/parent.h"

/*
 * Undoes the parent's steps before `end`, in reverse; what fails there is noted, and so is a positive errno, which is no failure. The first failure, with its detail: then something is
 * left, and so the record stays, and the hooks of a container that is gone do not run yet.
 */
int undo_all(struct parent *c, uint32_t end);
