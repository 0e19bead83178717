/*
 * Replaces libFuzzer if it is missing.
 *   replay FILE…                      each file is one input
 *   replay --mutate SECONDS SEED FILE…  each file, and for this time mutations of them; prints the number of inputs
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "targets/target.h"

enum { MOST = 1 << 16, FILES = 4096 };

static struct input {
	uint8_t *bytes;
	size_t size;
} inputs[FILES];

static uint64_t state;

static uint32_t below(uint32_t end)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 32) % end;
}

static struct input read_input(const char *path)
{
	FILE *file = fopen(path, "r");
	struct input in = { malloc(MOST), 0 };

	if (!file || !in.bytes)
		exit(2);
	in.size = fread(in.bytes, 1, MOST, file);
	fclose(file);
	return in;
}

/* Changes, inserts or removes bytes, or takes some of another input. */
static void change(struct input *in, const struct input *other)
{
	static const uint32_t odd[] = { 0, 1, 7, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff };
	uint32_t at = below((uint32_t)in->size + 1), count = 1 + below(8), value = odd[below(sizeof(odd) / sizeof(*odd))];

	switch (below(5)) {
	case 0:
		if (at < in->size)
			in->bytes[at] = (uint8_t)below(256);
		break;
	case 1:
		if (at + 4 <= in->size)
			memcpy(in->bytes + at, &value, 1u << below(3));
		break;
	case 2:
		if (in->size + count > MOST)
			break;
		memmove(in->bytes + at + count, in->bytes + at, in->size - at);
		memset(in->bytes + at, (int)below(256), count);
		in->size += count;
		break;
	case 3:
		count = count > in->size - at ? (uint32_t)in->size - at : count;
		memmove(in->bytes + at, in->bytes + at + count, in->size - at - count);
		in->size -= count;
		break;
	default:
		if (other->size == 0)
			break;
		count = below((uint32_t)other->size) + 1;
		count = count > in->size - at ? (uint32_t)in->size - at : count;
		memcpy(in->bytes + at, other->bytes + below((uint32_t)(other->size - count) + 1), count);
	}
}

static void mutate(int files, double seconds)
{
	struct timespec start, now;
	unsigned long count = 0;
	struct input in = { malloc(MOST), 0 };

	clock_gettime(CLOCK_MONOTONIC, &start);
	do {
		const struct input *from = &inputs[below((uint32_t)files)];

		in.size = from->size;
		memcpy(in.bytes, from->bytes, from->size);
		for (uint32_t left = 1 + below(6); left > 0; left--)
			change(&in, &inputs[below((uint32_t)files)]);
		LLVMFuzzerTestOneInput(in.bytes, in.size);
		count++;
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while ((double)(now.tv_sec - start.tv_sec) + (double)(now.tv_nsec - start.tv_nsec) / 1e9 < seconds);
	printf("%lu\n", count);
}

int main(int argc, char **argv)
{
	int first = argc > 3 && strcmp(argv[1], "--mutate") == 0 ? 4 : 1, files = 0;

	for (int i = first; i < argc && files < FILES; i++) {
		inputs[files] = read_input(argv[i]);
		LLVMFuzzerTestOneInput(inputs[files].bytes, inputs[files].size);
		files++;
	}
	state = first == 4 ? strtoull(argv[3], NULL, 10) | 1ull << 40 : 0;
	if (first == 4 && files > 0)
		mutate(files, atof(argv[2]));
	return 0;
}
