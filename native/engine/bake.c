#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "engine/engine.h"
#include "engine/image.h"

enum { CAPACITY = 64 << 20 };

/*
 * No Date, eval, Proxy, Promise, WeakRef, no std and os modules, no module loader: what the TypeScript may know comes in through
 * `native`.
 */
static JSContext *start(struct arena *arena)
{
	JSRuntime *rt = JS_NewRuntime2(&arena_functions, arena);
	JSContext *ctx = rt ? JS_NewContextRaw(rt) : NULL;

	if (!ctx)
		return NULL;
	JS_SetGCThreshold(rt, (size_t)-1); /* counting references is enough for a process of milliseconds */
	JS_AddIntrinsicBaseObjects(ctx);
	JS_AddIntrinsicRegExp(ctx);
	JS_AddIntrinsicJSON(ctx);
	JS_AddIntrinsicMapSet(ctx);
	JS_AddIntrinsicTypedArrays(ctx);
	return ctx;
}

static size_t read_stdin(uint8_t *to, size_t size)
{
	size_t all = 0;
	ssize_t n;

	while (all < size && (n = read(0, to + all, size - all)) > 0)
		all += (size_t)n;
	return all;
}

static int write_stdout(const uint8_t *from, const uint8_t *end)
{
	while (from < end) {
		ssize_t n = write(1, from, (size_t)(end - from));

		if (n <= 0)
			return 1;
		from += n;
	}
	return 0;
}

int engine_bake(void)
{
	const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
	struct image *image = mmap(IMAGE, CAPACITY, PROT_READ | PROT_WRITE, flags | MAP_FIXED_NOREPLACE, -1, 0);
	uint8_t *code = malloc(CAPACITY);
	size_t size;

	if (image != IMAGE || !code)
		return 1;
	size = read_stdin(code, CAPACITY);
	arena_use(&image->arena, (uint8_t *)(image + 1), CAPACITY - sizeof(*image));
	image->ctx = start(&image->arena);
	if (!image->ctx)
		return 1;
	image->main = run_bytecode(image->ctx, code, size, "ocits_main");
	if (!JS_IsFunction(image->ctx, image->main))
		return report(image->ctx);
	arena_forget(&image->arena); /* a page of the image that is written to is copied */
	return write_stdout((uint8_t *)image, image->arena.at);
}
