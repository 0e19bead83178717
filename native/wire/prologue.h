#pragma once
#include <stdint.h>

/* What the init finds before the program in its memfd. The program begins at a multiple of 8. */
struct prologue {
	uint32_t program; /* offset */
	uint32_t size;
	uint32_t fd_count;
	uint32_t root; /* offset of the string */
	uint32_t id;
	uint32_t sources; /* steps that fill a slot */
};
