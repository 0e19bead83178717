#pragma once
#include <stdbool.h>
#include <stdint.h>

/*
 * A cursor over a program. Once it has met bytes that are not well formed it stays bad and gives
 * zeros and empty strings, so that nobody has to check twice: reader_done() tells in the end.
 */
struct reader {
	uint8_t *base; /* the program's first byte: strs are aligned to it */
	uint8_t *at;
	uint8_t *end;
	bool bad;
};

/* Bytes with placeholders, NUL and a letter each: docs/architecture.md. */
struct text {
	const char *bytes;
	uint32_t size;
};

struct bytes {
	const uint8_t *bytes;
	uint32_t size;
};

/* A NULL-terminated vector, as execve(2) wants it; it lies in the program itself. */
struct strs {
	char **all;
	uint32_t count;
};

/* Read one by one with next_text(). */
struct texts {
	struct reader in;
	uint32_t count;
};

/* Where it lies in the program, whatever the alignment: the kernel takes it so. */
struct u32s {
	const uint8_t *bytes;
	uint32_t count;
};

uint32_t read_u32(struct reader *r);
uint64_t read_u64(struct reader *r);
const char *read_str(struct reader *r);
struct text read_text(struct reader *r);
struct bytes read_bytes(struct reader *r);
struct strs read_strs(struct reader *r);
struct texts read_texts(struct reader *r);
struct u32s read_u32s(struct reader *r);

struct text next_text(struct texts *t);
uint32_t u32_at(struct u32s list, uint32_t index);

/* 0 if all was well formed and nothing is left, else -EBADMSG. */
int reader_done(const struct reader *r);
