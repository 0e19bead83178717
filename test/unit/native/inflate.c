/* stdin, repeated: u32 compressed size, u32 size of the result, the compressed bytes. stdout: `ok` and the sum, or `bad`. */
#include <stdio.h>
#include <stdlib.h>

#include "engine/inflate.h"

int main(void)
{
	uint32_t sizes[2];

	while (fread(sizes, sizeof(sizes), 1, stdin) == 1) {
		uint8_t *packed = malloc(sizes[0] + 1), *out = malloc(sizes[1] + 1), *exact = malloc(sizes[0] ? sizes[0] : 1);
		uint32_t sum = 0;

		if (fread(packed, 1, sizes[0], stdin) != sizes[0])
			return 2;
		for (uint32_t i = 0; i < sizes[0]; i++)
			exact[i] = packed[i];
		if (inflate(exact, sizes[0], out, sizes[1]) < 0) {
			puts("bad");
		} else {
			for (uint32_t i = 0; i < sizes[1]; i++)
				sum = sum * 31 + out[i];
			printf("ok %u\n", sum);
		}
		free(packed);
		free(exact);
		free(out);
	}
	return 0;
}
