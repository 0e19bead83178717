/* Programs: the parent can walk through every accepted one. The format is set to the right value, because random inputs never have it. */
#include <stdlib.h>
#include <string.h>

#include "target.h"
#include "wire/interpret.h"
#include "wire/steps.gen.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const uint8_t magic[8] = { 'O', 'C', 'I', 'T', 'S', 0, 0, 1 };
	const uint32_t numbers[] = { (uint32_t)size, PROGRAM_FORMAT };
	uint8_t *copy = exact_copy(bytes, size);
	struct program p;
	struct step s;

	if (size >= HEADER_SIZE) {
		memcpy(copy, magic, sizeof(magic));
		memcpy(copy + 8, &numbers[0], 4);
		memcpy(copy + 20, &numbers[1], 4);
	}
	if (program_check(&p, copy, size) == 0) {
		struct reader r = program_steps(&p);

		for (uint32_t i = 0; i < p.count; i++)
			if (step_read(&p, &r, &s) < 0)
				abort();
		if (reader_done(&r) < 0 || p.sources > p.count)
			abort();
	} else if (p.bad_argument != NO_ARGUMENT && p.bad_step >= p.count) {
		abort();
	}
	free(copy);
	return 0;
}
