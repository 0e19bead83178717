#include <errno.h>

#include "interpret.h"
#include "steps.gen.h"

int program_check(struct program *p, uint8_t *bytes, size_t size)
{
	uint32_t undo = 0;
	struct reader r;
	struct step s;

	/* The pointers of strs lie in the program, at multiples of 8. */
	if (program_open(p, bytes, size) < 0 || ((uintptr_t)bytes & 7) != 0)
		return -EBADMSG;
	r = program_steps(p);
	for (uint32_t i = 0; i < p->count; i++) {
		if (step_read(p, &r, &s) < 0 || check_step(s.op, s.hand, &s.args) < 0)
			return -EBADMSG;
		if (step_undoes(s.op) && ++undo > MAX_UNDO)
			return -EBADMSG;
	}
	return reader_done(&r);
}
