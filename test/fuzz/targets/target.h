#pragma once
#include <stddef.h>
#include <stdint.h>

/* What libFuzzer calls with each input, and test/fuzz/replay.c where there is none. Whatever the bytes are, it answers 0. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Memory of exactly this size, so that a sanitizer sees one byte too far; the caller's to free. */
uint8_t *exact_copy(const uint8_t *bytes, size_t size);
/* A descriptor that reads the bytes, from the first; the same one each time. */
int as_file(const uint8_t *bytes, size_t size);
/* One end of a pair of sockets of this type, from which the other has sent the bytes and closed; the caller's to close. */
int as_socket(const uint8_t *bytes, size_t size, int type);
