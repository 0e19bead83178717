#include "wire/outcome.h"

#include <string.h>

static void put(struct answer *a, const void *bytes, size_t size)
{
	if (a->size + size > a->capacity)
		return;
	memcpy(a->bytes + a->size, bytes, size);
	a->size += size;
}

static void put_text(struct answer *a, const char *words)
{
	uint32_t size = (uint32_t)strlen(words);

	put(a, &size, sizeof(size));
	put(a, words, size);
}

void outcome_note(struct answer *notes, uint32_t *count, uint32_t index, int error, const char *words)
{
	int32_t head[2] = { (int32_t)index, -error };

	/* All or nothing: a note that is cut would spoil those after it. */
	if (notes->size + sizeof(head) + 4 + strlen(words) > notes->capacity)
		return;
	put(notes, head, sizeof(head));
	put_text(notes, words);
	++*count;
}

void outcome_write(struct answer *answer, const struct outcome *o, const struct answer *notes, uint32_t count)
{
	uint32_t reason = o->reason;
	int32_t head[4] = { o->index, o->error, o->pid, o->exit_status };

	put(answer, head, sizeof(head));
	put(answer, &o->start_time, sizeof(o->start_time));
	put(answer, &o->started, sizeof(o->started));
	put(answer, &reason, sizeof(reason));
	put_text(answer, o->detail);
	put(answer, &count, sizeof(count));
	put(answer, notes->bytes, notes->size);
}
