#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "wire/outcome.h"

struct execution {
	uint8_t *program; /* strs get their pointers written into it */
	size_t size;
	const char *root; /* the folder of all state, absolute */
	const char *id;
	const int *fds;	   /* become 0, 1, 2 … of the process */
	uint32_t fd_count; /* at least 3 when the program spawns */
	int cancel;	   /* readable: give up and undo; -1: none */
};

/*
 * Carries out a program: the parent's steps here, the init's in a process of its own. Never changes the calling process, may run
 * in many threads at once. 0 when there is an answer (failed steps included), -EBADMSG for a program that is not well formed:
 * then nothing was done.
 */
int ocits_execute(const struct execution *e, struct answer *answer);
