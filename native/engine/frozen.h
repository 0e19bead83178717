#pragma once
/* The build puts this into the engine's own header (scripts/build/quickjs.ts): hence the names. */
#include <stddef.h>
#include <stdint.h>

/* The address is also in scripts/build/native.ts. */
#define IMAGE_AT 0x40000000

/*
 * What is in the image lives as long as the process, so its references are not counted: a page of the image is copied for what
 * changes on it, and not for what is only looked at. A command touches 136 pages of it and changes 21. 0 as long as it is made.
 */
extern size_t js_frozen_size;

static inline uintptr_t js_address(const void *p)
{
	return (uintptr_t)p;
}

#define JS_FROZEN(p) (js_address(p) - IMAGE_AT < js_frozen_size)
/* Nobody knows how many hold what is frozen: it is never changed in place. */
#define JS_SHARED(p) (JS_FROZEN(p) || ((const JSRefCountHeader *)(p))->ref_count > 1)
#define JS_KEEP(p) ((void)(JS_FROZEN(p) ? 0 : ((JSRefCountHeader *)(p))->ref_count++))
/* How many are left. */
#define JS_DROP(p) (JS_FROZEN(p) ? 1 : --((JSRefCountHeader *)(p))->ref_count)
