#include "engine/packer.h"

#include <stdlib.h>
#include <string.h>

#include "engine/quickjs_values.h"

void put_bytes(struct packer *p, const void *bytes, size_t size)
{
	if (p->odd)
		return;
	if (size > p->capacity - p->size) {
		size_t capacity = 2 * (p->capacity + size);
		uint8_t *grown = capacity > PACK_LARGEST ? NULL : realloc(p->bytes, capacity);

		if (!grown) {
			p->odd = true;
			return;
		}
		p->bytes = grown;
		p->capacity = capacity;
	}
	if (size)
		memcpy(p->bytes + p->size, bytes, size);
	p->size += size;
}

void put_u32(struct packer *p, uint32_t value)
{
	put_bytes(p, &value, sizeof(value));
}

void set_u32(struct packer *p, size_t at, size_t value)
{
	uint32_t word = (uint32_t)value;

	if (!p->odd)
		memcpy(p->bytes + at, &word, sizeof(word));
}

uint64_t whole(struct packer *p, JSValueConst value, double most)
{
	double number = -1;

	if (!JS_IsNumber(value) || JS_ToFloat64(p->ctx, &number, value) < 0 || !(number >= 0 && number <= most) ||
	    (double)(uint64_t)number != number) {
		p->odd = true;
		return 0;
	}
	return (uint64_t)number;
}

void put_integer(struct packer *p, JSValueConst value)
{
	put_u32(p, (uint32_t)whole(p, value, UINT32_MAX));
}

/* JS_ToBigInt64 takes the low 64 bits of any integer. The result is exact if it can be turned back into the same integer. */
static uint64_t big(struct packer *p, JSValueConst value)
{
	int64_t number = 0;
	JSValue back;

	if (JS_ToBigInt64(p->ctx, &number, value) < 0) {
		p->odd = true;
		return 0;
	}
	back = JS_NewBigUint64(p->ctx, (uint64_t)number);
	p->odd |= !JS_StrictEq(p->ctx, back, value);
	JS_FreeValue(p->ctx, back);
	return (uint64_t)number;
}

void put_wide(struct packer *p, JSValueConst value)
{
	uint64_t number = JS_IsBigInt(p->ctx, value) ? big(p, value) : whole(p, value, 9007199254740991.0);

	put_bytes(p, &number, sizeof(number));
}

void put_bool(struct packer *p, JSValueConst value)
{
	p->odd |= !JS_IsBool(value);
	put_u32(p, (uint32_t)JS_ToBool(p->ctx, value));
}

/* Half of a surrogate pair comes as three bytes, of which the first two are these. */
static bool has_half(const char *text, size_t size)
{
	const uint8_t *at = (const uint8_t *)text, *end = at + size;

	while ((at = memchr(at, 0xed, (size_t)(end - at))) && end - at > 1)
		if (*++at >= 0xa0)
			return true;
	return false;
}

void put_text(struct packer *p, JSValueConst value, bool placeholders)
{
	struct js_text text = { 0 };

	if (js_text(p->ctx, value, &text) < 0 || text.size > PACK_LARGEST) {
		p->odd = true;
	} else {
		p->odd |= has_half(text.text, text.size) || (!placeholders && memchr(text.text, 0, text.size));
		put_u32(p, (uint32_t)text.size);
		put_bytes(p, text.text, text.size + 1);
	}
	js_text_free(p->ctx, &text);
}

void put_raw(struct packer *p, JSValueConst value)
{
	struct js_bytes raw = { 0 };

	p->odd |= js_bytes(p->ctx, value, &raw) < 0 || raw.size > PACK_LARGEST;
	put_u32(p, (uint32_t)raw.size);
	put_bytes(p, raw.bytes, raw.size);
}
