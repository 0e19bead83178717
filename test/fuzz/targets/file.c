/* Compiled programs as files: `run --program`, up to the execution of the program. */
#include "engine/program.c"

#include "target.h"
#include "wire/outcome.h"
#include "wire/steps.gen.h"

/* The memory of the command is released at the end of the process. */
static uint8_t *file_bytes, *answer_bytes;
static const uint8_t *input;
static size_t input_size;

int32_t native_code(const char *path, int32_t limit, struct blob *out)
{
	(void)path, (void)limit;
	file_bytes = exact_copy(input, input_size);
	*out = (struct blob){ file_bytes, input_size };
	return 0;
}

int32_t native_read(const char *path, int32_t limit, struct blob *out)
{
	(void)path, (void)limit, (void)out;
	return -1;
}

int32_t native_execute(const uint8_t *program, size_t size, const char *root, const char *id, const int32_t *fds, uint32_t fd_count, int32_t cancel,
		       struct blob *out)
{
	uint8_t *copy = exact_copy(program, size);
	struct program p;
	int err = program_check(&p, copy, size);

	(void)root, (void)id, (void)fds, (void)fd_count, (void)cancel;
	free(copy);
	if (err == 0) {
		answer_bytes = calloc(1, 64);
		*out = (struct blob){ answer_bytes, 64 };
	}
	return err;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char *words[] = { "ocits", "--root=/nowhere", "run", "--program=file", "id", NULL };
	struct outcome outcome = { 0 };

	input = bytes;
	input_size = size;
	file_bytes = answer_bytes = NULL;
	program_run(5, words, &outcome);
	free(file_bytes);
	free(answer_bytes);
	return 0;
}
