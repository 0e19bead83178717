#include "parent/parent.h"
#include "wire/outcome.h"

void add_note(struct parent *c, uint32_t index, int error, const char *words)
{
	outcome_note(c->answer, &c->notes, index, error, words);
}

int parent_note(struct common *c, int error)
{
	add_note(parent_of(c), c->index, error, c->detail);
	return 0;
}

void set_reason(struct parent *c, enum reason reason)
{
	c->reason = reason;
	c->common.detail[0] = 0;
}
