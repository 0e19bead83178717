#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "shared/fd.h"
#include "wire/common.h"

/* Calls `put` for each run of bytes, with the placeholders filled. */
static int each_run(struct common *c, struct text t, int (*put)(void *, const char *, size_t), void *to)
{
	const char *at = t.bytes, *end = t.bytes + t.size;
	char room[40];

	while (at < end) {
		const char *nul = memchr(at, 0, (size_t)(end - at));
		const char *stop = nul == NULL ? end : nul, *filled;
		int err = stop > at ? put(to, at, (size_t)(stop - at)) : 0;

		if (err < 0 || nul == NULL)
			return err;
		if (nul + 1 >= end)
			return -EBADMSG;
		filled = c->process->placeholder(c, nul[1], room);
		if (filled == NULL)
			return -EBADMSG;
		err = put(to, filled, strlen(filled));
		if (err < 0)
			return err;
		at = nul + 2;
	}
	return 0;
}

struct buffer {
	char *at;
	size_t left;
};

static int to_buffer(void *to, const char *bytes, size_t size)
{
	struct buffer *b = to;

	if (size >= b->left)
		return -ENAMETOOLONG;
	memcpy(b->at, bytes, size);
	b->at += size;
	b->left -= size;
	*b->at = 0;
	return 0;
}

int text_fill(struct common *c, struct text text, char *out, size_t size)
{
	struct buffer b = { out, size };

	*out = 0;
	return each_run(c, text, to_buffer, &b);
}

struct output {
	int fd;
	size_t used;
	char bytes[2048];
};

/* Short runs between placeholders are gathered: a state has a dozen. */
static int to_output(void *to, const char *bytes, size_t size)
{
	struct output *o = to;
	int err = 0;

	if (o->used + size > sizeof(o->bytes)) {
		err = write_all(o->fd, o->bytes, o->used);
		o->used = 0;
	}
	if (err < 0)
		return err;
	if (size > sizeof(o->bytes))
		return write_all(o->fd, bytes, size);
	memcpy(o->bytes + o->used, bytes, size);
	o->used += size;
	return 0;
}

int text_write(struct common *c, struct text text, int fd)
{
	struct output o = { .fd = fd, .used = 0 };
	int err = each_run(c, text, to_output, &o);

	return err < 0 ? err : write_all(fd, o.bytes, o.used);
}

void detail_bytes(struct common *c, const char *bytes, size_t size)
{
	if (size >= DETAIL_SIZE)
		size = DETAIL_SIZE - 1;
	memcpy(c->detail, bytes, size);
	c->detail[size] = 0;
}

void detail(struct common *c, const char *words)
{
	detail_bytes(c, words, strlen(words));
}
