#pragma once
#include "wire/common.h"
#include "wire/format.gen.h"

#define NO_ARGUMENT UINT32_MAX

struct program {
	uint8_t *bytes;
	uint32_t size;
	uint32_t count;
	uint32_t fault;	       /* the index of a step that must fail with EIO; tests only */
	uint32_t sources;      /* how many of its steps fill a slot: program_check counts them */
	uint32_t bad_step;     /* where program_check met what is not well formed */
	uint32_t bad_argument; /* of that step, by its index in the table; NO_ARGUMENT: not even the step is one */
};

struct step {
	uint32_t op;
	uint32_t actor;
	struct reader args;
};

/* Reads the header; -EBADMSG if it does not match `size`. */
int program_open(struct program *p, uint8_t *bytes, size_t size);
/* The same, and holds every argument of every step against the table, so that a program that is not well formed does nothing at all (parent). */
int program_check(struct program *p, uint8_t *bytes, size_t size);
/* Reads the step at *at and moves on; -EBADMSG at the program's end. */
int step_read(const struct program *p, struct reader *r, struct step *s);
/* A cursor on the first step. */
struct reader program_steps(const struct program *p);

/*
 * Walks the program and carries out the steps of this process, c->index at each. Where the other process follows, it sends that one a
 * message; where this one follows, it waits for the other's message, but for a turn of the parent that begins with `concurrent`.
 * 0, or -errno of the step c->index.
 */
int interpret(struct common *c, const struct program *p);
