#include <errno.h>

#include "wire/interpret.h"
#include "parent/steps.gen.h"

int program_check(struct program *p, uint8_t *bytes, size_t size)
{
	struct reader r;
	struct step s;

	/* The pointers of strs lie in the program, at multiples of 8. */
	if (program_open(p, bytes, size) < 0 || ((uintptr_t)bytes & 7) != 0)
		return -EBADMSG;
	r = program_steps(p);
	p->sources = 0;
	for (uint32_t i = 0; i < p->count; i++) {
		if (step_read(p, &r, &s) < 0 || check_step(s.op, s.actor, &s.args) < 0)
			return -EBADMSG;
		p->sources += s.op == OP_SOURCE || s.op == OP_SOURCE_IN_ROOT || s.op == OP_DEVICE_SOURCE;
	}
	return reader_done(&r);
}
