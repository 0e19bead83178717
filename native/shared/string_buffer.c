#include "shared/words.h"

#include <string.h>

char *put_words(char *at, const char *end, const char *words)
{
	while (*words != 0 && at + 1 < end)
		*at++ = *words++;
	*at = 0;
	return at;
}

char *put_number(char *at, const char *end, uint64_t value)
{
	char digits[24], *first = digits + sizeof(digits) - 1;

	*first = 0;
	do
		*--first = (char)('0' + value % 10);
	while ((value /= 10) != 0);
	return put_words(at, end, first);
}

void proc_path(char out[64], int pid, const char *file)
{
	char *at = put_words(out, out + 64, "/proc/");

	at = put_number(at, out + 64, (uint64_t)pid);
	at = put_words(at, out + 64, "/");
	put_words(at, out + 64, file);
}
