#include "parent/undo.h"

#include <errno.h>
#include <string.h>

#include "parent/steps.gen.h"
#include "wire/interpret.h"

enum { UNDO_ROOM = 256 };

struct made {
	uint32_t index;
	uint8_t *at;
};

/* The last undoable steps before `end`, as many as there is room for, in a ring; their number. */
static uint32_t find_made(const struct program *p, uint32_t end, struct made ring[UNDO_ROOM])
{
	struct reader r = program_steps(p);
	uint32_t count = 0;
	struct step s;

	for (uint32_t i = 0; i < end; i++) {
		uint8_t *before = r.at;

		if (step_read(p, &r, &s) < 0)
			break;
		if (s.actor == PARENT && step_undoes(s.op))
			ring[count++ % UNDO_ROOM] = (struct made){ i, before };
	}
	return count;
}

static int undo_one(struct parent *c, const struct program *p, const struct made *made)
{
	struct reader r = program_steps(p);
	struct step s;
	int err;

	c->common.detail[0] = 0;
	r.at = made->at;
	err = step_read(p, &r, &s);
	if (err == 0)
		err = undo_step(c, s.op, &s.args);
	if (err != 0) /* a positive one: it is undone, as far as it can be */
		add_note(c, made->index, err < 0 ? err : -err, c->common.detail);
	return s.op == OP_UNDO_HOOK || err > 0 ? 0 : err;
}

/* Nothing is allocated, as undo must not fail. A program with more such steps than there is room for is walked again. */
int undo_all(struct parent *c, uint32_t end)
{
	char words[DETAIL_SIZE] = "";
	struct made ring[UNDO_ROOM];
	struct program p;
	int first = 0;

	if (program_open(&p, c->program, c->program_size) < 0)
		return -EBADMSG;
	for (uint32_t count = UNDO_ROOM + 1; count > UNDO_ROOM;) {
		count = find_made(&p, end, ring);
		for (uint32_t i = 0; i < count && i < UNDO_ROOM; i++) {
			const struct made *made = &ring[(count - 1 - i) % UNDO_ROOM];
			int err = undo_one(c, &p, made);

			end = made->index;
			if (err < 0 && first == 0) {
				first = err;
				c->left = true;
				memcpy(words, c->common.detail, sizeof(words));
			}
		}
	}
	memcpy(c->common.detail, words, sizeof(words));
	return first;
}
