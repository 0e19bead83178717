#pragma once
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

/* madvise(2), since Linux 5.14; without them, or where nothing is mapped, pages come one by one as ever. */
#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#define MADV_POPULATE_WRITE 23
#endif

static inline void populate_as(const uint8_t *from, size_t size, int how)
{
	const uintptr_t page = 4096, start = (uintptr_t)from & ~(page - 1);

	madvise((void *)start, (uintptr_t)from + size - start, how);
}

/* Pages that will be written. */
static inline void populate(uint8_t *from, size_t size)
{
	populate_as(from, size, MADV_POPULATE_WRITE);
}

/* Pages of a file that will be read. */
static inline void populate_read(const uint8_t *from, size_t size)
{
	populate_as(from, size, MADV_POPULATE_READ);
}
