/* Compressed modules: u16 size of the result, then raw DEFLATE. */
#include <stdlib.h>

#include "engine/inflate.h"
#include "target.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	size_t expected = size < 2 ? 0 : (size_t)(bytes[0] | bytes[1] << 8);
	uint8_t *out = malloc(expected ? expected : 1), *packed = exact_copy(size < 2 ? bytes : bytes + 2, size < 2 ? 0 : size - 2);

	inflate(packed, size < 2 ? 0 : size - 2, out, expected);
	free(packed);
	free(out);
	return 0;
}
