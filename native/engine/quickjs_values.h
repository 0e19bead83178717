#pragma once
#include <quickjs.h>

#include "parent/functions.h"

/*
 * Between JavaScript values and what native functions take and give; used by quickjs.gen.c. js_str() and its like give -EINVAL
 * for a value of another type: a caller in TypeScript cannot make one.
 */
struct js_str {
	const char *text;
};

struct js_text {
	const char *text;
	size_t size;
};

struct js_bytes {
	const uint8_t *bytes;
	size_t size;
};

struct js_fds {
	int32_t *all;
	uint32_t count;
};

int32_t js_str(JSContext *ctx, JSValueConst value, struct js_str *out);
int32_t js_text(JSContext *ctx, JSValueConst value, struct js_text *out);
int32_t js_bytes(JSContext *ctx, JSValueConst value, struct js_bytes *out);
int32_t js_i32(JSContext *ctx, JSValueConst value, int32_t *out);
int32_t js_fds(JSContext *ctx, JSValueConst value, struct js_fds *out);
void js_str_free(JSContext *ctx, struct js_str *str);
void js_text_free(JSContext *ctx, struct js_text *text);
void js_fds_free(JSContext *ctx, struct js_fds *fds);

/* Gives the result, or -errno as a number, and frees `found`. */
JSValue js_give_i32(JSContext *ctx, int32_t result);
JSValue js_give_text(JSContext *ctx, int32_t result, struct blob *found);
JSValue js_give_bytes(JSContext *ctx, int32_t result, struct blob *found);

/* A new object with all native functions. */
JSValue js_native(JSContext *ctx);
/* A Uint8Array with a copy of the bytes. */
JSValue js_uint8array(JSContext *ctx, const uint8_t *bytes, size_t size);
