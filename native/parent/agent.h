#pragma once
#include "parent/parent.h"

/* The init's seccomp listener will be descriptor `number` there: takes it, hands it to the agent, and has the init go on. */
int pass_listener(struct parent *c, int number, uint64_t address);
