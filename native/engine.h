#pragma once
#include <stddef.h>
#include <stdint.h>

struct outcome {
	const uint8_t *bytes;
	size_t size;
};

/*
 * Starts QuickJS, runs the hot module and calls its main(args, native, cold[, outcome]): src/hot.ts.
 *   args     the words of the command line after the program's name
 *   native   the native functions, src/native/table.ts
 *   cold     () => the exports of src/cold.ts, loaded at the first call
 *   outcome  when `run --program` has failed without the engine: what execute answered, for main to put into words
 * Its result is the exit code. An exception that nobody caught is a bug: it goes to stderr with its stack, and the code is 1.
 */
int engine_run(int argc, char **argv, const struct outcome *outcome);
