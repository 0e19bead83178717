/* arena SEED: a hundred thousand random allocations, releases and resizes; 1 if a block overlaps another, lost its bytes, or has a wrong address. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/arena.h"

size_t js_frozen_size; /* no image here: all blocks can be released */

enum { BLOCKS = 500, ROUNDS = 100000, SIZE = 64 << 20 };

static struct {
	unsigned char *at;
	size_t size;
	unsigned char fill;
} blocks[BLOCKS];

static uint64_t state;

static size_t below(size_t limit)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (size_t)(state >> 33) % limit;
}

/* Mostly small, some large, as an engine allocates them. */
static size_t some_size(void)
{
	size_t kind = below(100);

	return 1 + below(kind < 80 ? 200 : kind < 95 ? 3000 : 40000);
}

static int broken(int i, size_t size)
{
	for (size_t k = 0; k < size; k++)
		if (blocks[i].at[k] != blocks[i].fill)
			return 1;
	return 0;
}

static void fill(int i, size_t size)
{
	blocks[i].size = size;
	blocks[i].fill = (unsigned char)below(256);
	memset(blocks[i].at, blocks[i].fill, size);
}

int main(int argc, char **argv)
{
	const JSMallocFunctions *f = &arena_functions;
	static struct arena arena;
	JSMallocState s = { .opaque = &arena };
	unsigned char *memory = aligned_alloc(4096, SIZE);

	if (argc != 2 || !memory)
		return 2;
	state = strtoull(argv[1], NULL, 10);
	arena_use(&arena, memory, SIZE, 0);
	for (int round = 0; round < ROUNDS; round++) {
		int i = (int)below(BLOCKS);
		size_t size = some_size(), old = blocks[i].size;

		if (blocks[i].at && broken(i, old))
			return printf("round %d: bytes are lost\n", round), 1;
		if (blocks[i].at && below(3)) {
			f->js_free(&s, blocks[i].at);
			blocks[i].at = NULL;
			blocks[i].size = 0;
			continue;
		}
		blocks[i].at = f->js_realloc(&s, blocks[i].at, size);
		if (!blocks[i].at || (uintptr_t)blocks[i].at % 8)
			return printf("round %d: no block of %zu\n", round, size), 1;
		if (f->js_malloc_usable_size(blocks[i].at) < size)
			return printf("round %d: too small\n", round), 1;
		if (broken(i, old < size ? old : size))
			return printf("round %d: bytes are not taken along\n", round), 1;
		fill(i, size);
	}
	if (f->js_malloc(&s, SIZE) || f->js_malloc(&s, 0))
		return printf("more than there is\n"), 1;
	printf("%zu\n", (size_t)(arena.at - memory));
	return 0;
}
