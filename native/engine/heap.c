/*
 * malloc(3) of the static executable: an arena like the engine's. libc's own asks the kernel for a few pages at a time and gives them
 * back, which costs this process, of a few dozen allocations in a few milliseconds, more than all else they do.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "engine/arena.h"

enum { SIZE = 192 << 20 };

static struct arena heap;
static JSMallocState state = { .opaque = &heap };

/* Blocks lie 8 bytes behind a multiple of 16, so that what follows their header is as aligned as C expects it. */
static bool ready(void)
{
	const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
	uint8_t *memory;

	if (heap.end)
		return true;
	memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, flags, -1, 0);
	if (memory == MAP_FAILED)
		return false;
	arena_use(&heap, memory + 8, SIZE - 8, 0);
	return true;
}

/* The compiler knows what malloc(3) and its kin are to each other, and would have them call each other for ever: they call this. */
static void *take(void *old, size_t size)
{
	void *new = ready() ? arena_functions.js_realloc(&state, old, size ? size : 1) : NULL;

	if (!new)
		errno = ENOMEM;
	return new;
}

void *malloc(size_t size)
{
	return take(NULL, size);
}

void *realloc(void *old, size_t size)
{
	return take(old, size);
}

void *calloc(size_t count, size_t size)
{
	size_t all;
	void *new;

	if (__builtin_mul_overflow(count, size, &all)) {
		errno = ENOMEM;
		return NULL;
	}
	new = take(NULL, all);
	return new ? memset(new, 0, all) : NULL;
}

void free(void *p)
{
	arena_functions.js_free(&state, p);
}
