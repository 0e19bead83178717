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
#include <unistd.h>

#include "engine/arena.h"

enum { SIZE = 192 << 20 };

static struct arena heap;
static JSMallocState state = { .opaque = &heap };

/* Before anything is done: without this, what could not be allocated would count as not there, as a variable of the environment. */
static _Noreturn void give_up(void)
{
	static const char words[] = "ocits: cannot allocate memory\n";

	(void)!write(STDERR_FILENO, words, sizeof(words) - 1);
	_exit(1);
}

/* Blocks lie 8 bytes behind a multiple of 16, so that what follows their header is as aligned as C expects it. */
static void make_ready(void)
{
	const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
	uint8_t *memory;

	if (heap.end)
		return;
	memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, flags, -1, 0);
	if (memory == MAP_FAILED)
		give_up();
	arena_use(&heap, memory + 8, SIZE - 8, 0);
}

/* The compiler knows what malloc(3) and its kin are to each other, and would have them call each other for ever: they call this. */
static void *take(void *old, size_t size)
{
	void *new;

	make_ready();
	new = arena_functions.js_realloc(&state, old, size ? size : 1);
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
