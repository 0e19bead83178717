#pragma once
#include <quickjs.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PACK_LARGEST = 64 << 20 };

/* The bytes of a program as they grow: see pack.h. `odd`: something that only encode.ts can tell about; then nothing else counts. */
struct packer {
	JSContext *ctx;
	uint8_t *bytes;
	size_t size, capacity;
	bool odd;
};

void put_bytes(struct packer *p, const void *bytes, size_t size);
void put_u32(struct packer *p, uint32_t value);
/* Writes the word at `at` once its value is known. */
void set_u32(struct packer *p, size_t at, size_t value);

/* A number without fraction from 0 to `most`, which a double holds exactly; else odd. */
uint64_t whole(struct packer *p, JSValueConst value, double most);
void put_integer(struct packer *p, JSValueConst value);
/* Eight bytes, of a number or of a big integer. */
void put_wide(struct packer *p, JSValueConst value);
void put_bool(struct packer *p, JSValueConst value);
/* `placeholders`: NUL may occur. */
void put_text(struct packer *p, JSValueConst value, bool placeholders);
/* The bytes of a Uint8Array. */
void put_raw(struct packer *p, JSValueConst value);
