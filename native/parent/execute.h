#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct execution {
	uint8_t *program;	/* strs get their pointers written into it */
	size_t size;
	const char *root;	/* the folder of all state, absolute */
	const char *id;
	const int *fds;		/* become 0, 1, 2 … of the process */
	uint32_t fd_count;	/* at least 3 when the program spawns */
	int cancel;		/* readable: give up and undo; -1: none */
};

/* Filled from the front; what does not fit is left out. See docs/architecture.md, the outcome. */
struct answer {
	uint8_t *bytes;
	size_t size;
	size_t capacity;
};

/*
 * Carries out a program: the parent's steps here, the init's in a process of its own. Never changes the calling process, may run
 * in many threads at once. 0 when there is an answer (failed steps included), -EBADMSG for a program that is not well formed:
 * then nothing was done.
 */
int ocits_execute(const struct execution *e, struct answer *answer);

struct parent;

/* A lenient step has failed: notes it in the answer and goes on. */
void add_note(struct parent *c, uint32_t place, int error, const char *words);
/* Does what a message of the init asks for; -errno for FAILED: then c->common.place and c->common.detail are the init's. */
struct message;
int heed(struct parent *c, const struct message *m);
/* Whether the init, whose socket has closed, has executed its program: it has said READY, or is seen to be another program. */
bool has_executed(const struct parent *c, pid_t pid);
/*
 * Undoes the parent's steps before `end`, in reverse; what fails there is noted. The first failure, with its detail: then something is
 * left, and so the record stays, and the hooks of a container that is gone do not run yet.
 */
int undo_all(struct parent *c, uint32_t end);
