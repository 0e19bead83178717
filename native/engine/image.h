#pragma once
#include "engine/arena.h"
#include "engine/frozen.h"

#define IMAGE ((struct image *)IMAGE_AT)

enum { IMAGE_PAGE = 4096, WRITTEN_RANGES = 8 };

/* Pages of the image that every command writes to, from first up to but without end. */
struct written {
	uint16_t first, end;
};

/* What begins the image; the arena goes on behind it. */
struct image {
	JSContext *ctx;
	JSValue main;
	struct arena arena;
	struct written written[WRITTEN_RANGES]; /* found by bake.c; the last are empty */
};

struct outcome_bytes;

/* Calls main as engine_run does, with an image of `size` bytes. */
int image_run(size_t size, int argc, char **argv, const struct outcome_bytes *outcome);

/* Runs bytecode, and gives what it has left in globalThis under `name`. */
JSValue run_bytecode(JSContext *ctx, const uint8_t *bytes, size_t size, const char *name);
/* Writes an exception to stderr; 1. */
int report(JSContext *ctx);
