/*
 * Reads programs from stdin, each a u32 size and its bytes; prints a line for each: `1` if program_check accepts it, `0 STEP ARGUMENT` if not,
 * where -1 is the step itself. Built with ASan and UBSan. Each program gets memory of exactly its size, so that one byte too many is detected.
 */
#include <stdio.h>
#include <stdlib.h>

#include "parent/embed.h"
#include "wire/interpret.h"

const unsigned char ocits_init_start[1], ocits_init_end[1];

int main(void)
{
	uint32_t size;

	while (fread(&size, sizeof(size), 1, stdin) == 1) {
		uint8_t *bytes = malloc(size == 0 ? 1 : size);
		struct program p;

		if (bytes == NULL || fread(bytes, 1, size, stdin) != size)
			return 2;
		if (program_check(&p, bytes, size) == 0)
			puts("1");
		else
			printf("0 %u %d\n", p.bad_step, (int)p.bad_argument);
		free(bytes);
	}
	return 0;
}
