#include "shared/string_buffer.h"

#include <string.h>

char *append_string(char *at, const char *end, const char *words)
{
	while (*words != 0 && at + 1 < end)
		*at++ = *words++;
	*at = 0;
	return at;
}

char *append_number(char *at, const char *end, uint64_t value)
{
	char digits[24], *first = digits + sizeof(digits) - 1;

	*first = 0;
	do
		*--first = (char)('0' + value % 10);
	while ((value /= 10) != 0);
	return append_string(at, end, first);
}

void proc_path(char out[64], int pid, const char *file)
{
	char *at = append_string(out, out + 64, "/proc/");

	at = append_number(at, out + 64, (uint64_t)pid);
	at = append_string(at, out + 64, "/");
	append_string(at, out + 64, file);
}
