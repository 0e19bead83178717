#pragma once
#include <stddef.h>
#include <stdint.h>

struct outcome_bytes {
	const uint8_t *bytes;
	size_t size;
};

/*
 * The executable carries an image of the engine's memory as it is once the intrinsics are there and the hot module has run, at a
 * fixed address: nothing of that is left to do when a command starts. Only the pages that a command touches are read or copied.
 *
 * The build makes the image by starting an executable that has none (image.S) and is otherwise the same, byte by byte at the same
 * addresses: all it can do is engine_bake(). This needs an executable that is linked at a fixed address.
 */
extern const uint64_t ocits_image_size;

/* Runs the bytecode on stdin, writes the image to stdout; 0 or 1. */
int engine_bake(void);

/*
 * Calls main(args, native, cold[, outcome]) of src/cli/main.ts.
 *   args     the words of the command line after the program's name
 *   native   the native functions, src/native/table.ts
 *   cold     () => the exports of src/cli/cold.ts, loaded at the first call
 *   outcome  when `run --program` has failed without the engine: what execute answered, for main to put into words
 * Its result is the exit code. An exception that nobody caught is a bug: it goes to stderr with its stack, and the code is 1.
 */
int engine_run(int argc, char **argv, const struct outcome_bytes *outcome);
