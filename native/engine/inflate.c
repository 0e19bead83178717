#include "engine/inflate.h"

#include <stdbool.h>
#include <string.h>

enum { MAX_BITS = 15, LITERALS = 288, DISTANCES = 32, END_OF_BLOCK = 256 };

struct input {
	const uint8_t *at, *end;
	uint32_t bits; /* not used yet, the next one lowest */
	int count;
	bool bad;
};

struct output {
	uint8_t *start, *at, *end;
};

/* A canonical code: how many codes there are of each length, and their symbols in order. */
struct code {
	uint16_t count[MAX_BITS + 1];
	uint16_t symbols[LITERALS];
};

static uint32_t take(struct input *in, int wanted)
{
	uint32_t value;

	while (in->count < wanted) {
		if (in->at == in->end) {
			in->bad = true;
			return 0;
		}
		in->bits |= (uint32_t)*in->at++ << in->count;
		in->count += 8;
	}
	value = in->bits & ((1u << wanted) - 1);
	in->bits >>= wanted;
	in->count -= wanted;
	return value;
}

static void make_code(struct code *c, const uint8_t *lengths, int symbols)
{
	uint16_t next[MAX_BITS + 1] = { 0 };

	memset(c, 0, sizeof(*c));
	for (int i = 0; i < symbols; i++)
		c->count[lengths[i]]++;
	c->count[0] = 0;
	for (int i = 1; i < MAX_BITS; i++)
		next[i + 1] = (uint16_t)(next[i] + c->count[i]);
	for (int i = 0; i < symbols; i++)
		if (lengths[i] != 0)
			c->symbols[next[lengths[i]]++] = (uint16_t)i;
}

/* Codes of one length are consecutive numbers: bit by bit until the number falls among those of its length. */
static int symbol(struct input *in, const struct code *c)
{
	int number = 0, first = 0, index = 0;

	for (int length = 1; length <= MAX_BITS && !in->bad; length++) {
		number |= (int)take(in, 1);
		if (number - first < c->count[length])
			return c->symbols[index + number - first];
		index += c->count[length];
		first = (first + c->count[length]) << 1;
		number <<= 1;
	}
	in->bad = true;
	return END_OF_BLOCK;
}

/* RFC 1951, 3.2.5: lengths from 257 on, distances from 0 on. */
static uint32_t copy_length(struct input *in, int code)
{
	int extra = code < 8 || code == 28 ? 0 : (code - 4) / 4;
	uint32_t base = code < 8 ? (uint32_t)code + 3 : code == 28 ? 258 : ((4u + (uint32_t)code % 4) << extra) + 3;

	return base + take(in, extra);
}

static uint32_t copy_distance(struct input *in, int code)
{
	int extra = code < 4 ? 0 : (code - 2) / 2;
	uint32_t base = code < 4 ? (uint32_t)code + 1 : ((2u + (uint32_t)code % 2) << extra) + 1;

	return base + take(in, extra);
}

static void copy(struct input *in, struct output *out, int code, const struct code *distances)
{
	uint32_t length = copy_length(in, code), distance;
	int far = symbol(in, distances);

	if (code > 28 || far > 29) {
		in->bad = true;
		return;
	}
	distance = copy_distance(in, far);
	if (distance > (size_t)(out->at - out->start) || length > (size_t)(out->end - out->at)) {
		in->bad = true;
		return;
	}
	for (; length > 0; length--, out->at++)
		*out->at = out->at[-(ptrdiff_t)distance];
}

static void block(struct input *in, struct output *out, const struct code *literals, const struct code *distances)
{
	while (!in->bad) {
		int s = symbol(in, literals);

		if (s == END_OF_BLOCK)
			return;
		if (s > END_OF_BLOCK)
			copy(in, out, s - 257, distances);
		else if (out->at == out->end)
			in->bad = true;
		else
			*out->at++ = (uint8_t)s;
	}
}

static void fixed_codes(struct code *literals, struct code *distances)
{
	uint8_t lengths[LITERALS];

	for (int i = 0; i < LITERALS; i++)
		lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
	make_code(literals, lengths, LITERALS);
	memset(lengths, 5, DISTANCES);
	make_code(distances, lengths, DISTANCES);
}

/* 3.2.7: the lengths of both codes are themselves written in a code. */
static void own_codes(struct input *in, struct code *literals, struct code *distances)
{
	static const uint8_t order[] = { 16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15 };
	uint8_t lengths[LITERALS + DISTANCES] = { 0 };
	int literal_count = (int)take(in, 5) + 257, distance_count = (int)take(in, 5) + 1, used = (int)take(in, 4) + 4, at = 0;

	for (int i = 0; i < used; i++)
		lengths[order[i]] = (uint8_t)take(in, 3);
	make_code(literals, lengths, 19);
	memset(lengths, 0, sizeof(lengths));
	while (!in->bad && at < literal_count + distance_count) {
		int s = symbol(in, literals), times = 1;
		uint8_t value = (uint8_t)s;

		if (s >= 16) {
			value = s == 16 && at > 0 ? lengths[at - 1] : 0;
			times = s == 16 ? 3 + (int)take(in, 2) : s == 17 ? 3 + (int)take(in, 3) : 11 + (int)take(in, 7);
		}
		if (s > 18 || (s == 16 && at == 0) || at + times > literal_count + distance_count) {
			in->bad = true;
			return;
		}
		memset(lengths + at, value, (size_t)times);
		at += times;
	}
	make_code(literals, lengths, literal_count);
	make_code(distances, lengths + literal_count, distance_count);
}

static void stored(struct input *in, struct output *out)
{
	uint32_t size, check;

	in->bits = 0;
	in->count = 0;
	size = take(in, 16);
	check = take(in, 16);
	if (in->bad || size != (check ^ 0xffff) || size > (size_t)(in->end - in->at) || size > (size_t)(out->end - out->at)) {
		in->bad = true;
		return;
	}
	memcpy(out->at, in->at, size);
	out->at += size;
	in->at += size;
}

int inflate(const uint8_t *packed, size_t packed_size, uint8_t *bytes, size_t size)
{
	struct input in = { packed, packed + packed_size, 0, 0, false };
	struct output out = { bytes, bytes, bytes + size };
	bool last = false;

	while (!last && !in.bad) {
		struct code literals, distances;
		uint32_t kind;

		last = take(&in, 1) != 0;
		kind = take(&in, 2);
		if (kind == 0) {
			stored(&in, &out);
			continue;
		}
		if (kind == 1)
			fixed_codes(&literals, &distances);
		else if (kind == 2)
			own_codes(&in, &literals, &distances);
		else
			in.bad = true;
		block(&in, &out, &literals, &distances);
	}
	return in.bad || out.at != out.end ? -1 : 0;
}
