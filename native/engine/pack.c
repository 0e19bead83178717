#include "engine/pack.h"

#include <stdlib.h>
#include <string.h>

#include "wire/common.h"
#include "wire/format.gen.h"
#include "engine/packer.h"
#include "engine/quickjs_values.h"
#include "wire/steps.gen.h"

enum { FIRST_SIZE = 16384 };

static JSValue item(struct packer *p, JSValueConst list, uint32_t i)
{
	JSValue value = JS_GetPropertyUint32(p->ctx, list, i);

	p->odd |= JS_IsException(value);
	return value;
}

static JSValue member(struct packer *p, JSValueConst object, const char *name)
{
	JSValue value = JS_GetPropertyStr(p->ctx, object, name);

	p->odd |= JS_IsException(value);
	return value;
}

static uint32_t length(struct packer *p, JSValueConst list)
{
	JSValue value = JS_IsArray(p->ctx, list) > 0 ? member(p, list, "length") : JS_UNDEFINED;
	uint32_t count = (uint32_t)whole(p, value, PACK_LARGEST);

	JS_FreeValue(p->ctx, value);
	return count;
}

static void put_value(struct packer *p, JSValueConst value, char kind);

static void put_list(struct packer *p, JSValueConst list, char kind)
{
	uint32_t count = length(p, list);

	put_u32(p, count);
	for (uint32_t i = 0; i < count && !p->odd; i++) {
		JSValue value = item(p, list, i);

		put_value(p, value, kind);
		JS_FreeValue(p->ctx, value);
	}
}

/* Count and size; zeros up to a multiple of 8; room for a pointer to each and a NULL; then the strings. */
static void put_strs(struct packer *p, JSValueConst list)
{
	static const uint8_t zeros[8];
	size_t start = p->size;
	uint32_t count = length(p, list);

	put_u32(p, count);
	put_u32(p, 0);
	put_bytes(p, zeros, -p->size & 7);
	for (uint32_t i = 0; i <= count && !p->odd; i++)
		put_bytes(p, zeros, sizeof(zeros));
	for (uint32_t i = 0; i < count && !p->odd; i++) {
		JSValue value = item(p, list, i);

		put_text(p, value, false);
		JS_FreeValue(p->ctx, value);
	}
	set_u32(p, start + 4, p->size - start - 8);
}

static void put_device(struct packer *p, JSValueConst value)
{
	static const char *const parts[] = { "minor", "major" };

	for (int i = 0; i < 2 && !p->odd; i++) {
		JSValue part = JS_IsObject(value) ? member(p, value, parts[i]) : JS_UNDEFINED;

		put_integer(p, part);
		JS_FreeValue(p->ctx, part);
	}
}

static void put_value(struct packer *p, JSValueConst value, char kind)
{
	switch (kind) {
	case KIND_STR: put_text(p, value, false); break;
	case KIND_TEXT: put_text(p, value, true); break;
	case KIND_STRS: put_strs(p, value); break;
	case KIND_TEXTS: put_list(p, value, KIND_TEXT); break;
	case KIND_NUMBER: put_integer(p, value); break;
	case KIND_NUMBERS: put_list(p, value, KIND_NUMBER); break;
	case KIND_WIDE: put_wide(p, value); break;
	case KIND_BOOL: put_bool(p, value); break;
	case KIND_BYTES: put_raw(p, value); break;
	case KIND_DEVICE: put_device(p, value); break;
	default: p->odd = true;
	}
}

static void put_args(struct packer *p, JSValueConst step, JSValueConst row)
{
	JSValue names = member(p, row, "names"), kinds = member(p, row, "kinds");
	const char *letters = JS_ToCString(p->ctx, kinds);

	p->odd |= !letters;
	for (uint32_t i = 0; !p->odd && letters[i]; i++) {
		JSValue name = item(p, names, i);
		JSAtom atom = JS_ValueToAtom(p->ctx, name);
		JSValue value = JS_GetProperty(p->ctx, step, atom);

		put_value(p, value, letters[i]);
		JS_FreeValue(p->ctx, value);
		JS_FreeAtom(p->ctx, atom);
		JS_FreeValue(p->ctx, name);
	}
	JS_FreeCString(p->ctx, letters);
	JS_FreeValue(p->ctx, kinds);
	JS_FreeValue(p->ctx, names);
}

static uint32_t actor_number(struct packer *p, JSValueConst step)
{
	JSValue actor = member(p, step, "actor");
	const char *word = JS_ToCString(p->ctx, actor);
	uint32_t number = PARENT;

	if (word && strcmp(word, "init") == 0)
		number = INIT;
	else
		p->odd |= !word || strcmp(word, "parent") != 0;
	JS_FreeCString(p->ctx, word);
	JS_FreeValue(p->ctx, actor);
	return number;
}

static void put_step(struct packer *p, JSValueConst step, JSValueConst rows)
{
	JSValue op = member(p, step, "op");
	JSAtom atom = JS_ValueToAtom(p->ctx, op);
	JSValue row = JS_GetProperty(p->ctx, rows, atom);
	JSValue number = JS_IsObject(row) ? member(p, row, "number") : JS_UNDEFINED;
	size_t start = p->size;

	put_u32(p, (uint32_t)whole(p, number, UINT16_MAX) | actor_number(p, step) << 16);
	put_u32(p, 0);
	if (!p->odd)
		put_args(p, step, row);
	set_u32(p, start + 4, p->size - start - STEP_HEAD_SIZE);
	JS_FreeValue(p->ctx, number);
	JS_FreeValue(p->ctx, row);
	JS_FreeAtom(p->ctx, atom);
	JS_FreeValue(p->ctx, op);
}

JSValue pack(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
	struct packer p = { .ctx = ctx, .bytes = malloc(FIRST_SIZE), .capacity = FIRST_SIZE };
	uint32_t count = length(&p, argv[0]);
	JSValue result = JS_UNDEFINED;

	(void)self, (void)argc;
	p.odd |= !p.bytes;
	put_bytes(&p, PROGRAM_MAGIC, MAGIC_SIZE);
	put_u32(&p, 0); /* the size, which is known in the end */
	put_u32(&p, count);
	put_integer(&p, argv[2]);
	put_u32(&p, PROGRAM_FORMAT);
	for (uint32_t i = 0; i < count && !p.odd; i++) {
		JSValue step = item(&p, argv[0], i);

		put_step(&p, step, argv[1]);
		JS_FreeValue(ctx, step);
	}
	set_u32(&p, MAGIC_SIZE, p.size);
	if (!p.odd)
		result = js_uint8array(ctx, p.bytes, p.size);
	else
		JS_FreeValue(ctx, JS_GetException(ctx)); /* encode.ts will meet it again */
	free(p.bytes);
	return result;
}
