#pragma once
#include "engine/arena.h"
#include "engine/frozen.h"

#define IMAGE ((struct image *)IMAGE_AT)

/* What begins the image; the arena goes on behind it. */
struct image {
	JSContext *ctx;
	JSValue main;
	struct arena arena;
};

/* Runs bytecode, and gives what it has left in globalThis under `name`. */
JSValue run_bytecode(JSContext *ctx, const uint8_t *bytes, size_t size, const char *name);
/* Writes an exception to stderr; 1. */
int report(JSContext *ctx);
