#pragma once
#include <quickjs.h>

/*
 * The engine's memory: one piece of address space, taken from the front. What is freed is kept by size for the next of that size and
 * never goes back: the process lives for milliseconds. Full means NULL, which JavaScript sees as «out of memory».
 */
struct arena {
	uint8_t *at;
	uint8_t *end;
	void *free[144];
};

/* 0 or -errno */
int arena_map(struct arena *a);
/* With `struct arena *` as the opaque argument of JS_NewRuntime2. */
extern const JSMallocFunctions arena_functions;
