#include "wire/interpret.h"

#include <errno.h>
#include <string.h>

#include "wire/message.h"
#include "wire/steps.gen.h"

int program_open(struct program *p, uint8_t *bytes, size_t size)
{
	struct reader r = { bytes, bytes + MAGIC_SIZE, bytes + size, false };

	if (size < HEADER_SIZE || memcmp(bytes, PROGRAM_MAGIC, MAGIC_SIZE) != 0)
		return -EBADMSG;
	p->bytes = bytes;
	p->size = read_u32(&r);
	p->count = read_u32(&r);
	p->fault = read_u32(&r);
	return p->size == size && read_u32(&r) == PROGRAM_FORMAT ? 0 : -EBADMSG;
}

struct reader program_steps(const struct program *p)
{
	return (struct reader){ p->bytes, p->bytes + HEADER_SIZE, p->bytes + p->size, false };
}

int step_read(const struct program *p, struct reader *r, struct step *s)
{
	uint32_t word = read_u32(r);
	uint32_t size = read_u32(r);

	if (r->bad || size > (uint64_t)(r->end - r->at))
		return -EBADMSG;
	s->op = word & 0xffff;
	s->actor = word >> 16;
	s->args = (struct reader){ p->bytes, r->at, r->at + size, false };
	r->at += size;
	return 0;
}

static int one_step(struct common *c, const struct program *p, struct step *s)
{
	c->detail[0] = 0;
	return c->index == p->fault ? -EIO : c->process->run_step(c, s->op, &s->args);
}

/* Who is gone may have said why. */
static int pass_turn(struct common *c, const struct program *p, uint32_t next)
{
	int err = send_message(c, GO, 0), why = err == -EPIPE ? c->process->wait_turn(c, p, next) : 0;

	return why < 0 ? why : err;
}

int interpret(struct common *c, const struct program *p)
{
	const struct process *self = c->process;
	struct reader r = program_steps(p);
	uint32_t before = PARENT; /* who had the step before: a program begins with the parent */
	struct step s;

	for (uint32_t i = 0; i < p->count; i++) {
		int err = step_read(p, &r, &s);

		if (err == 0 && s.actor != before) {
			if (s.actor == self->actor)
				err = s.op == OP_CONCURRENT ? 0 : self->wait_turn(c, p, i);
			else if (before == self->actor)
				err = pass_turn(c, p, i);
		}
		before = s.actor;
		if (err == 0 && s.actor == self->actor) {
			c->index = i;
			err = one_step(c, p, &s);
			c->past = err < 0 ? i : i + 1;
		}
		if (err < 0)
			return err;
	}
	return reader_done(&r);
}
