#include "engine/engine.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "engine/image.h"
#include "engine/inflate.h"
#include "engine/pack.h"
#include "engine/populate.h"
#include "engine/quickjs_values.h"

enum {
	STACK_SIZE = 1 << 20,
	MEMORY = 192 << 20,
	USUAL_MEMORY = 96 << 10, /* what most commands take of it */
	USUAL_STACK = 48 << 10,
};

extern const uint8_t ocits_cold_start[], ocits_cold_end[], ocits_faults_start[], ocits_faults_end[];
extern const uint8_t ocits_exec_start[], ocits_exec_end[], ocits_events_start[], ocits_events_end[];
extern const uint8_t ocits_later_start[], ocits_later_end[], ocits_systemd_start[], ocits_systemd_end[];
extern const uint8_t ocits_teacher_start[], ocits_teacher_end[];
extern const uint8_t ocits_namespaces_start[], ocits_namespaces_end[];
extern const uint8_t ocits_checkpoint_start[], ocits_checkpoint_end[];
extern const uint8_t ocits_network_start[], ocits_network_end[], ocits_mounts_start[], ocits_mounts_end[];

/* Bytecode that is loaded when it is asked for: its size, then the packed bytes; the global that it leaves, and the global that loads it. */
static const struct {
	const uint8_t *start, *end;
	const char *name, *loader;
} late[] = {
	{ ocits_cold_start, ocits_cold_end, "ocits_cold", "ocits_load_cold" },
	{ ocits_faults_start, ocits_faults_end, "ocits_faults", "ocits_load_faults" },
	{ ocits_exec_start, ocits_exec_end, "ocits_exec", "ocits_load_exec" },
	{ ocits_events_start, ocits_events_end, "ocits_events", "ocits_load_events" },
	{ ocits_later_start, ocits_later_end, "ocits_later", "ocits_load_later" },
	{ ocits_teacher_start, ocits_teacher_end, "ocits_teacher", "ocits_load_teacher" },
	{ ocits_systemd_start, ocits_systemd_end, "ocits_systemd", "ocits_load_systemd" },
	{ ocits_namespaces_start, ocits_namespaces_end, "ocits_namespaces", "ocits_load_namespaces" },
	{ ocits_checkpoint_start, ocits_checkpoint_end, "ocits_checkpoint", "ocits_load_checkpoint" },
	{ ocits_network_start, ocits_network_end, "ocits_network", "ocits_load_network" },
	{ ocits_mounts_start, ocits_mounts_end, "ocits_mounts", "ocits_load_mounts" },
};

static void say(JSContext *ctx, JSValueConst value)
{
	const char *text = JS_ToCString(ctx, value);

	if (text && native_put(2, text) == 0)
		native_put(2, "\n");
	JS_FreeCString(ctx, text);
}

int report(JSContext *ctx)
{
	JSValue error = JS_GetException(ctx);

	native_put(2, "ocits: this is a bug: ");
	say(ctx, error);
	if (JS_IsError(ctx, error))
		say(ctx, JS_GetPropertyStr(ctx, error, "stack"));
	return 1;
}

/* This happens before anything is made, as only a plan can take that much memory. The engine itself does not survive every malloc that fails. */
static void too_large(void)
{
	native_put(2, "ocits: out of memory: what config.json asks for takes more than the 192 MB that ocits plans in\n");
	_exit(1);
}

JSValue run_bytecode(JSContext *ctx, const uint8_t *bytes, size_t size, const char *name)
{
	JSValue script = JS_ReadObject(ctx, bytes, size, JS_READ_OBJ_BYTECODE);
	JSValue global, result;

	if (JS_IsException(script))
		return script;
	result = JS_EvalFunction(ctx, script);
	if (JS_IsException(result))
		return result;
	JS_FreeValue(ctx, result);
	global = JS_GetGlobalObject(ctx);
	result = JS_GetPropertyStr(ctx, global, name);
	JS_FreeValue(ctx, global);
	return result;
}

static JSValue load_late(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv, int i)
{
	const uint8_t *packed = late[i].start + sizeof(uint32_t);
	uint8_t *bytes;
	uint32_t size;

	(void)self, (void)argc, (void)argv;
	memcpy(&size, late[i].start, sizeof(size));
	bytes = malloc(size);
	if (!bytes) {
		native_put(2, "ocits: no memory to unpack a part of ocits\n");
		_exit(1);
	}
	if (inflate(packed, (size_t)(late[i].end - packed), bytes, size) < 0)
		return JS_ThrowInternalError(ctx, "%s cannot be unpacked", late[i].name);
	return run_bytecode(ctx, bytes, size, late[i].name);
}

static JSValue loader(JSContext *ctx, int i)
{
	return JS_NewCFunctionMagic(ctx, load_late, late[i].loader, 0, JS_CFUNC_generic_magic, i);
}

static void define_loaders(JSContext *ctx)
{
	JSValue global = JS_GetGlobalObject(ctx);

	for (int i = 1; i < (int)(sizeof(late) / sizeof(*late)); i++)
		JS_SetPropertyStr(ctx, global, late[i].loader, loader(ctx, i));
	JS_FreeValue(ctx, global);
}

/* The engine looks at the stack's address on each call; the image was made on another stack. */
static void set_stack(JSRuntime *rt)
{
	struct rlimit limit;
	size_t size = STACK_SIZE;

	if (getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur < 2 * STACK_SIZE)
		size = limit.rlim_cur / 2;
	JS_UpdateStackTop(rt);
	JS_SetMaxStackSize(rt, size);
}

static JSValue words(JSContext *ctx, int argc, char **argv)
{
	JSValue list = JS_NewArray(ctx);

	for (int i = 1; i < argc; i++)
		JS_SetPropertyUint32(ctx, list, (uint32_t)i - 1, JS_NewString(ctx, argv[i]));
	return list;
}

/*
 * What every command touches comes by a few calls in place of a page fault for each 4 KiB. A fault takes as long as 2 to 5 pages of such
 * a call on a machine of its own, and as 20 in a virtual one whose host has to look at each.
 */
static void populate_usual(uint8_t *memory)
{
	uint8_t *here = __builtin_frame_address(0);

	populate(here - USUAL_STACK, USUAL_STACK);
	populate(memory, USUAL_MEMORY);
	for (int i = 0; i < WRITTEN_RANGES && IMAGE->written[i].end > 0; i++) {
		const struct written *w = &IMAGE->written[i];

		populate((uint8_t *)IMAGE + w->first * IMAGE_PAGE, (size_t)(w->end - w->first) * IMAGE_PAGE);
	}
}

int engine_run(int argc, char **argv, const struct outcome_bytes *outcome)
{
	return image_run(ocits_image_size, argc, argv, outcome);
}

int image_run(size_t size, int argc, char **argv, const struct outcome_bytes *outcome)
{
	uint8_t *memory = mmap(NULL, MEMORY, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	JSContext *ctx = IMAGE->ctx;
	JSValue args[4], result;
	int32_t status;

	if (memory == MAP_FAILED) {
		native_put(2, "ocits: no memory for the engine\n");
		return 1;
	}
	populate_usual(memory);
	js_frozen_size = size;
	arena_use(&IMAGE->arena, memory, MEMORY, USUAL_MEMORY);
	IMAGE->arena.full = too_large;
	set_stack(JS_GetRuntime(ctx));
	args[0] = words(ctx, argc, argv);
	args[1] = js_native(ctx);
	JS_SetPropertyStr(ctx, args[1], "pack", JS_NewCFunction(ctx, pack, "pack", 3));
	args[2] = loader(ctx, 0);
	define_loaders(ctx);
	args[3] = outcome ? js_uint8array(ctx, outcome->bytes, outcome->size) : JS_UNDEFINED;
	result = JS_Call(ctx, IMAGE->main, JS_UNDEFINED, 4, args);
	if (JS_IsException(result) || JS_ToInt32(ctx, &status, result) < 0)
		return report(ctx);
	return status;
}
