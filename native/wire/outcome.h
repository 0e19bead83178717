#pragma once
#include <stddef.h>
#include <stdint.h>

#include "wire/format.gen.h"

/* Filled from the front; what does not fit is left out. src/program/format.ts states what lies in it. */
struct answer {
	uint8_t *bytes;
	size_t size;
	size_t capacity;
};

/* How a program ended. */
struct outcome {
	int32_t index; /* of the failed step; -1: none */
	int32_t error; /* its errno */
	int32_t pid;
	int32_t exit_status;
	uint64_t start_time;
	uint32_t started; /* 1: the step is the init's own, after start */
	enum reason reason;
	const char *detail;
};

/* Notes come as they happen, the outcome last: they are collected apart and appended. */
void outcome_note(struct answer *notes, uint32_t *count, uint32_t index, int error, const char *words);
void outcome_write(struct answer *answer, const struct outcome *o, const struct answer *notes, uint32_t count);
