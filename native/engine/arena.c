#include "engine/arena.h"

#include <string.h>

#include "engine/frozen.h"
#include "engine/populate.h"

enum {
	LARGEST = 128 << 20,
	HEADER = sizeof(size_t),
	SMALL = 1024,
	FIRST_LARGE = 68, /* the class of 2048 bytes */
	CLASSES = 144,
	CHUNK = 16 << 10, /* so much becomes present by one call */
};

void arena_use(struct arena *a, uint8_t *at, size_t size, size_t present)
{
	a->at = at;
	a->present = at + present;
	a->end = at + size;
}

/* Up to SMALL there is a class for every 16 bytes, and above it four for every power of two. *size becomes the size of the class. */
static unsigned size_class(size_t *size)
{
	unsigned shift;

	if (*size <= SMALL) {
		*size = (*size + 15) & ~(size_t)15;
		return (unsigned)(*size / 16);
	}
	shift = 61 - (unsigned)__builtin_clzl(*size - 1);
	*size = (((*size - 1) >> shift) + 1) << shift;
	return SMALL / 16 + 4 * (shift - 8) + (unsigned)((*size - 1) >> shift) - 3;
}

static size_t usable(const void *p)
{
	return p ? ((const size_t *)p)[-1] - HEADER : 0;
}

/* The smallest of the large blocks that are free is the next to be cut up. */
static bool next_cut(struct arena *a)
{
	for (int i = FIRST_LARGE; i < CLASSES; i++) {
		uint8_t *block = a->free[i];

		if (!block)
			continue;
		a->free[i] = *(void **)(void *)block;
		a->cut = block - HEADER;
		a->cut_end = a->cut + usable(block) + HEADER;
		return true;
	}
	a->large = false;
	return false;
}

static uint8_t *cut(struct arena *a, size_t size)
{
	uint8_t *block;

	if (size > (size_t)(a->cut_end - a->cut) && !(a->large && next_cut(a)))
		return NULL;
	block = a->cut;
	a->cut += size;
	return block;
}

static uint8_t *fresh(struct arena *a, size_t size)
{
	uint8_t *block = a->at;

	if (size > (size_t)(a->end - a->at))
		return NULL;
	a->at += size;
	if (a->at > a->present) {
		/* Of a large block perhaps only the first pages are used: they come as they are touched. */
		a->present = a->at;
		if (size < CHUNK && (size_t)(a->end - block) > CHUNK) {
			populate(block, CHUNK);
			a->present = block + CHUNK;
		}
	}
	return block;
}

static void *full(struct arena *a)
{
	if (a->full)
		a->full();
	return NULL;
}

static void *take(JSMallocState *s, size_t wanted)
{
	struct arena *a = s->opaque;
	size_t size = wanted + HEADER;
	uint8_t *block = NULL;
	unsigned class;

	if (wanted == 0)
		return NULL;
	if (wanted > LARGEST)
		return full(a);
	class = size_class(&size);
	if (a->free[class]) {
		block = a->free[class];
		a->free[class] = *(void **)(void *)block;
		return block;
	}
	if (size <= SMALL)
		block = cut(a, size);
	if (!block)
		block = fresh(a, size);
	if (!block)
		return full(a);
	*(size_t *)(void *)block = size;
	return block + HEADER;
}

static void give(JSMallocState *s, void *p)
{
	struct arena *a = s->opaque;
	size_t size = usable(p) + HEADER;
	unsigned class;

	if (!p || JS_FROZEN(p)) /* a block in the image does not have the size of a class (bake.c), and writing to its page would copy that page */
		return;
	class = size_class(&size);
	a->large |= class >= FIRST_LARGE;
	*(void **)p = a->free[class];
	a->free[class] = p;
}

static void *resize(JSMallocState *s, void *p, size_t wanted)
{
	void *new;

	if (wanted == 0) {
		give(s, p);
		return NULL;
	}
	if (p && wanted <= usable(p))
		return p;
	new = take(s, wanted);
	if (!new)
		return NULL;
	if (p) {
		memcpy(new, p, usable(p));
		give(s, p);
	}
	return new;
}

const JSMallocFunctions arena_functions = { take, give, resize, usable };
