#pragma once
#include <quickjs.h>
#include <stdbool.h>

/*
 * The engine's memory, taken from the front of one piece of address space. What is freed is kept by size for the next of that size,
 * or cut up for small ones, and never goes back: the process lives for milliseconds. Full means NULL.
 */
struct arena {
	uint8_t *at;
	uint8_t *present; /* up to here its pages are there */
	uint8_t *end;
	uint8_t *cut, *cut_end; /* a large block that was freed */
	bool large;		/* there may be more of these */
	void *free[144];
	void (*full)(void); /* called before NULL is answered; or NULL */
};

/* Where the next memory comes from: size bytes at `at`, of which the pages of the first `present` are there. */
void arena_use(struct arena *a, uint8_t *at, size_t size, size_t present);
/* With `struct arena *` as the opaque argument of JS_NewRuntime2. */
extern const JSMallocFunctions arena_functions;
