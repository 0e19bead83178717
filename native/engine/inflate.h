#pragma once
#include <stddef.h>
#include <stdint.h>

/* Unpacks raw DEFLATE (RFC 1951) into exactly `size` bytes; 0, or -1 for what is not well formed. */
int inflate(const uint8_t *packed, size_t packed_size, uint8_t *out, size_t size);
