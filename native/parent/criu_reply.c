#include "parent/criu_reply.h"

#include <errno.h>
#include <string.h>

/*
 * Protocol Buffers, Encoding: a message is a row of fields, each a varint with its number and the kind of its value, and the value. Fields that
 * are not known are passed over.
 */
struct cursor {
	const uint8_t *at, *end;
};

struct field {
	uint32_t number;
	uint64_t value;	     /* of a number */
	struct cursor bytes; /* of a string or a message */
};

enum { VARINT = 0, WIDE = 1, BYTES = 2, NARROW = 5 };
enum { MOST_BITS = 64 };

static bool read_varint(struct cursor *c, uint64_t *value)
{
	*value = 0;
	for (unsigned int shift = 0; shift < MOST_BITS && c->at < c->end; shift += 7) {
		uint8_t byte = *c->at++;

		*value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return true;
	}
	return false;
}

static bool skip(struct cursor *c, uint64_t size, struct cursor *skipped)
{
	if (size > (uint64_t)(c->end - c->at))
		return false;
	*skipped = (struct cursor){ c->at, c->at + size };
	c->at += size;
	return true;
}

/* 1: there was a field, 0: it was the end, -EBADMSG. */
static int next_field(struct cursor *c, struct field *f)
{
	uint64_t head, size;
	bool good;

	if (c->at == c->end)
		return 0;
	*f = (struct field){ 0 };
	if (!read_varint(c, &head))
		return -EBADMSG;
	f->number = (uint32_t)(head >> 3);
	switch (head & 7) {
	case VARINT: good = read_varint(c, &f->value); break;
	case WIDE: good = skip(c, 8, &f->bytes); break;
	case BYTES: good = read_varint(c, &size) && skip(c, size, &f->bytes); break;
	case NARROW: good = skip(c, 4, &f->bytes); break;
	default: good = false;
	}
	return good ? 1 : -EBADMSG;
}

/* What is too long is cut. */
static void copy_words(char *out, size_t room, struct cursor from)
{
	size_t size = (size_t)(from.end - from.at);

	if (from.at == NULL)
		return;
	if (size >= room)
		size = room - 1;
	memcpy(out, from.at, size);
	out[size] = 0;
}

/* criu_restore_resp and criu_notify: `pid_number` is the field of the pid. */
static int read_inner(struct criu_reply *r, struct cursor c, uint32_t pid_number)
{
	struct field f;
	int more;

	while ((more = next_field(&c, &f)) > 0)
		if (f.number == pid_number)
			r->pid = (uint32_t)f.value;
		else if (f.number == 1)
			copy_words(r->script, sizeof(r->script), f.bytes);
	return more;
}

int criu_read_reply(struct criu_reply *r, const uint8_t *bytes, size_t size)
{
	struct cursor c = { bytes, bytes + size };
	struct field f;
	int more;

	*r = (struct criu_reply){ 0 };
	while ((more = next_field(&c, &f)) > 0) {
		switch (f.number) {
		case 1: r->type = (uint32_t)f.value; break;
		case 2: r->success = f.value != 0; break;
		case 4: more = read_inner(r, f.bytes, 1); break;
		case 5: more = read_inner(r, f.bytes, 2); break;
		case 7: r->error = (int)f.value; break;
		case 9: copy_words(r->words, sizeof(r->words), f.bytes); break;
		}
		if (more < 0)
			return more;
	}
	return more;
}
