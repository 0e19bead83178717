#include "wire/reader.h"

#include <errno.h>
#include <string.h>

static uint8_t *take(struct reader *r, uint64_t size)
{
	uint8_t *at = r->at;

	if (r->bad || size > (uint64_t)(r->end - r->at)) {
		r->bad = true;
		return NULL;
	}
	r->at += size;
	return at;
}

uint32_t read_u32(struct reader *r)
{
	const uint8_t *at = take(r, 4);
	uint32_t value = 0;

	if (at != NULL)
		memcpy(&value, at, 4);
	return value;
}

uint64_t read_u64(struct reader *r)
{
	const uint8_t *at = take(r, 8);
	uint64_t value = 0;

	if (at != NULL)
		memcpy(&value, at, 8);
	return value;
}

struct text read_text(struct reader *r)
{
	uint32_t size = read_u32(r);
	const uint8_t *at = take(r, (uint64_t)size + 1);

	if (at == NULL || at[size] != 0) {
		r->bad = true;
		return (struct text){ "", 0 };
	}
	return (struct text){ (const char *)at, size };
}

const char *read_str(struct reader *r)
{
	struct text text = read_text(r);

	if (memchr(text.bytes, 0, text.size) != NULL) {
		r->bad = true;
		return "";
	}
	return text.bytes;
}

struct bytes read_bytes(struct reader *r)
{
	uint32_t size = read_u32(r);
	const uint8_t *at = take(r, size);

	return (struct bytes){ at, at == NULL ? 0 : size };
}

/* The room for the pointers travels with the program, so that nothing is ever allocated. */
struct strs read_strs(struct reader *r)
{
	uint32_t count = read_u32(r);
	uint32_t size = read_u32(r);
	uint8_t *first = take(r, size); /* before what it changes is read */
	struct reader in = { r->base, first, r->at, r->bad };
	uint64_t pad = in.at == NULL ? 0 : (uint64_t)(-(in.at - in.base)) & 7;
	char **all;

	take(&in, pad);
	all = (char **)(void *)take(&in, ((uint64_t)count + 1) * 8);
	if (in.bad || all == NULL) {
		r->bad = true;
		return (struct strs){ NULL, 0 };
	}
	for (uint32_t i = 0; i < count; i++)
		all[i] = (char *)(uintptr_t)read_str(&in);
	all[count] = NULL;
	if (in.bad || in.at != in.end)
		r->bad = true;
	return (struct strs){ all, count };
}

struct texts read_texts(struct reader *r)
{
	uint32_t count = read_u32(r);
	struct texts all = { *r, count };

	for (uint32_t i = 0; i < count && !r->bad; i++)
		read_text(r);
	return all;
}

struct text next_text(struct texts *t)
{
	return read_text(&t->in);
}

struct u32s read_u32s(struct reader *r)
{
	uint32_t count = read_u32(r);
	const uint8_t *at = take(r, (uint64_t)count * 4);

	return (struct u32s){ at, at == NULL ? 0 : count };
}

uint32_t u32_at(struct u32s list, uint32_t index)
{
	uint32_t value;

	memcpy(&value, list.bytes + (size_t)index * 4, 4);
	return value;
}

int reader_done(const struct reader *r)
{
	return r->bad || r->at != r->end ? -EBADMSG : 0;
}
