#include "engine.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "arena.h"
#include "quickjs_values.h"

enum { STACK_SIZE = 1 << 20 };

/* Bytecode of src/hot.ts and src/cold.ts: native/embed.S */
extern const uint8_t ocits_hot_start[], ocits_hot_end[], ocits_cold_start[], ocits_cold_end[];

static void say(JSContext *ctx, JSValueConst value)
{
	const char *text = JS_ToCString(ctx, value);

	if (text && native_put(2, text) == 0)
		native_put(2, "\n");
	JS_FreeCString(ctx, text);
}

static int report(JSContext *ctx)
{
	JSValue error = JS_GetException(ctx);

	native_put(2, "ocits: this is a bug: ");
	say(ctx, error);
	if (JS_IsError(ctx, error))
		say(ctx, JS_GetPropertyStr(ctx, error, "stack"));
	return 1;
}

/* Runs a module, and gives what it has left in globalThis under `name`. */
static JSValue load(JSContext *ctx, const uint8_t *start, const uint8_t *end, const char *name)
{
	JSValue global, result;
	JSValue module = JS_ReadObject(ctx, start, (size_t)(end - start), JS_READ_OBJ_BYTECODE | JS_READ_OBJ_ROM_DATA);

	if (JS_IsException(module))
		return module;
	result = JS_EvalFunction(ctx, module);
	if (JS_IsException(result))
		return result;
	JS_FreeValue(ctx, result);
	global = JS_GetGlobalObject(ctx);
	result = JS_GetPropertyStr(ctx, global, name);
	JS_FreeValue(ctx, global);
	return result;
}

static JSValue load_cold(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
	(void)self, (void)argc, (void)argv;
	return load(ctx, ocits_cold_start, ocits_cold_end, "ocits_cold");
}

static void limit_stack(JSRuntime *rt)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur < 2 * STACK_SIZE)
		JS_SetMaxStackSize(rt, limit.rlim_cur / 2);
	else
		JS_SetMaxStackSize(rt, STACK_SIZE);
}

/*
 * No Date, eval, Proxy, Promise, WeakRef, no std and os modules, no module loader: what the TypeScript may know comes in through
 * `native`. The order is that of scripts/compile.c, so that atoms have the same numbers and bytecode is used where it lies.
 */
static JSContext *start(struct arena *arena)
{
	JSRuntime *rt = arena_map(arena) == 0 ? JS_NewRuntime2(&arena_functions, arena) : NULL;
	JSContext *ctx = rt ? JS_NewContextRaw(rt) : NULL;

	if (!ctx)
		return NULL;
	JS_SetGCThreshold(rt, (size_t)-1); /* counting references is enough for a process of milliseconds */
	limit_stack(rt);
	JS_AddIntrinsicBaseObjects(ctx);
	JS_AddIntrinsicRegExp(ctx);
	JS_AddIntrinsicJSON(ctx);
	JS_AddIntrinsicMapSet(ctx);
	JS_AddIntrinsicTypedArrays(ctx);
	return ctx;
}

static JSValue words(JSContext *ctx, int argc, char **argv)
{
	JSValue list = JS_NewArray(ctx);

	for (int i = 1; i < argc; i++)
		JS_SetPropertyUint32(ctx, list, (uint32_t)i - 1, JS_NewString(ctx, argv[i]));
	return list;
}

int engine_run(int argc, char **argv, const struct outcome *outcome)
{
	static struct arena arena;
	JSContext *ctx = start(&arena);
	JSValue hot, args[4], result;
	int32_t status;

	if (!ctx) {
		native_put(2, "ocits: no memory for the engine\n");
		return 1;
	}
	hot = load(ctx, ocits_hot_start, ocits_hot_end, "ocits_main");
	if (JS_IsException(hot))
		return report(ctx);
	args[0] = words(ctx, argc, argv);
	args[1] = js_native(ctx);
	args[2] = JS_NewCFunction(ctx, load_cold, "cold", 0);
	args[3] = outcome ? js_uint8array(ctx, outcome->bytes, outcome->size) : JS_UNDEFINED;
	result = JS_Call(ctx, hot, JS_UNDEFINED, 4, args);
	if (JS_IsException(result) || JS_ToInt32(ctx, &status, result) < 0)
		return report(ctx);
	return status;
}
