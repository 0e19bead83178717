#pragma once
#include <stddef.h>
#include <stdint.h>

/* libFuzzer, or test/fuzz/replay.c, calls this function with each input. It always returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Memory of exactly this size, so that a sanitizer detects one byte too many; the caller frees it. */
uint8_t *exact_copy(const uint8_t *bytes, size_t size);
/* A descriptor from which the bytes can be read; it is the same one each time. */
int as_file(const uint8_t *bytes, size_t size);
/* One end of a pair of sockets of this type; the other end has sent the bytes and is closed. The caller closes it. */
int as_socket(const uint8_t *bytes, size_t size, int type);
