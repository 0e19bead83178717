#include <errno.h>
#include <string.h>

#include "parent/arguments.gen.h"
#include "wire/format.gen.h"
#include "wire/interpret.h"

enum { FILLS = 'F', SLOT = 'U' };

struct walk {
	struct program *p;
	const char *placeholders; /* that the process of the step knows */
	uint32_t end;		  /* of the slots that are named: one more than the highest */
	uint32_t step;		  /* which names it, in */
	uint32_t argument;
};

/* Each placeholder is NUL and a letter. */
static bool placeholders_known(struct text t, const char *known)
{
	const char *end = t.bytes + t.size;

	for (const char *at = t.bytes; (at = memchr(at, 0, (size_t)(end - at))) != NULL; at += 2)
		if (at[1] == 0 || strchr(known, at[1]) == NULL)
			return false;
	return true;
}

static bool all_placeholders_known(struct texts all, const char *known)
{
	for (uint32_t i = 0; i < all.count && !all.in.bad; i++)
		if (!placeholders_known(next_text(&all), known))
			return false;
	return true;
}

static bool is_number(struct walk *w, uint64_t value, char kind)
{
	w->p->sources += kind == FILLS;
	if ((kind == FILLS || kind == SLOT) && value >= w->end) {
		w->end = (uint32_t)value + 1;
		w->step = w->p->bad_step;
		w->argument = w->p->bad_argument;
	}
	return (value & ~bits_of(kind)) == 0;
}

static bool is_argument(struct walk *w, struct reader *r, char kind)
{
	switch (kind) {
	case KIND_STR: return read_str(r) != NULL;
	case KIND_TEXT: return placeholders_known(read_text(r), w->placeholders);
	case KIND_STRS: return read_strs(r).all != NULL;
	case KIND_TEXTS: return all_placeholders_known(read_texts(r), w->placeholders);
	case KIND_BYTES: return read_bytes(r).bytes != NULL;
	case KIND_NUMBERS: return read_u32s(r).bytes != NULL;
	case 'A':
	case 'C':
	case 'D':
	case KIND_WIDE: return is_number(w, read_u64(r), kind);
	default: return is_number(w, read_u32(r), kind);
	}
}

/* An argument too many has the number after the last. */
static bool is_step(struct walk *w, struct step *s)
{
	const struct row *row = s->op < OP_COUNT ? &rows[s->op] : NULL;

	w->p->bad_argument = NO_ARGUMENT;
	if (row == NULL || s->actor > INIT || !(row->actors & 1u << s->actor))
		return false;
	w->placeholders = placeholders[s->actor];
	w->p->bad_argument = 0;
	for (const char *kind = kinds + row->kinds; *kind; kind++, w->p->bad_argument++)
		if (!is_argument(w, &s->args, *kind) || s->args.bad)
			return false;
	return reader_done(&s->args) == 0;
}

static bool all_slots_filled(const struct walk *w)
{
	if (w->end <= w->p->sources)
		return true;
	w->p->bad_step = w->step;
	w->p->bad_argument = w->argument;
	return false;
}

int program_check(struct program *p, uint8_t *bytes, size_t size)
{
	struct walk w = { .p = p };
	struct reader r;
	struct step s;

	p->sources = p->bad_step = 0;
	p->bad_argument = NO_ARGUMENT;
	/* The pointers of strs lie in the program, at multiples of 8. */
	if (program_open(p, bytes, size) < 0 || ((uintptr_t)bytes & 7) != 0)
		return -EBADMSG;
	r = program_steps(p);
	for (; p->bad_step < p->count; p->bad_step++)
		if (step_read(p, &r, &s) < 0 || !is_step(&w, &s))
			return -EBADMSG;
	p->bad_argument = NO_ARGUMENT;
	return all_slots_filled(&w) ? reader_done(&r) : -EBADMSG;
}
