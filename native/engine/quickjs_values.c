#include "engine/quickjs_values.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_FDS = 65536 };

int32_t js_text(JSContext *ctx, JSValueConst value, struct js_text *out)
{
	if (!JS_IsString(value))
		return -EINVAL;
	out->text = JS_ToCStringLen(ctx, &out->size, value);
	return out->text ? 0 : -ENOMEM;
}

void js_text_free(JSContext *ctx, struct js_text *text)
{
	if (text->text)
		JS_FreeCString(ctx, text->text);
}

int32_t js_str(JSContext *ctx, JSValueConst value, struct js_str *out)
{
	struct js_text text = { 0 };
	int32_t err = js_text(ctx, value, &text);

	out->text = text.text;
	if (err == 0 && strlen(text.text) != text.size)
		err = -EINVAL; /* NUL would end it early */
	return err;
}

void js_str_free(JSContext *ctx, struct js_str *str)
{
	if (str->text)
		JS_FreeCString(ctx, str->text);
}

int32_t js_bytes(JSContext *ctx, JSValueConst value, struct js_bytes *out)
{
	size_t offset, size, whole;
	JSValue buffer = JS_GetTypedArrayBuffer(ctx, value, &offset, &size, NULL);
	const uint8_t *bytes;

	if (JS_IsException(buffer))
		return -EINVAL;
	bytes = JS_GetArrayBuffer(ctx, &whole, buffer);
	JS_FreeValue(ctx, buffer); /* the array that the caller holds keeps it */
	if (!bytes && size)
		return -EINVAL;
	*out = (struct js_bytes){ bytes + offset, size };
	return 0;
}

int32_t js_i32(JSContext *ctx, JSValueConst value, int32_t *out)
{
	double number;

	if (!JS_IsNumber(value) || JS_ToFloat64(ctx, &number, value) < 0)
		return -EINVAL;
	if (!(number >= INT32_MIN && number <= INT32_MAX))
		return -EINVAL;
	*out = (int32_t)number;
	return *out == number ? 0 : -EINVAL;
}

static int32_t fd_at(JSContext *ctx, JSValueConst list, uint32_t i, int32_t *fd)
{
	JSValue value = JS_GetPropertyUint32(ctx, list, i);
	int32_t err = js_i32(ctx, value, fd);

	JS_FreeValue(ctx, value);
	return err;
}

int32_t js_fds(JSContext *ctx, JSValueConst value, struct js_fds *out)
{
	int32_t count = 0, err;
	JSValue length;

	if (!JS_IsArray(ctx, value))
		return -EINVAL;
	length = JS_GetPropertyStr(ctx, value, "length");
	err = js_i32(ctx, length, &count);
	JS_FreeValue(ctx, length);
	if (err < 0 || count > MAX_FDS)
		return -EINVAL;
	out->all = calloc((size_t)count + 1, sizeof(*out->all));
	if (!out->all)
		return -ENOMEM;
	out->count = (uint32_t)count;
	for (uint32_t i = 0; i < out->count && err == 0; i++)
		err = fd_at(ctx, value, i, &out->all[i]);
	return err;
}

void js_fds_free(JSContext *ctx, struct js_fds *fds)
{
	(void)ctx;
	free(fds->all);
}

JSValue js_give_i32(JSContext *ctx, int32_t result)
{
	return JS_NewInt32(ctx, result);
}

JSValue js_give_text(JSContext *ctx, int32_t result, struct blob *found)
{
	JSValue value = result < 0 ? JS_NewInt32(ctx, result) : JS_NewStringLen(ctx, (char *)found->data, found->size);

	free(found->data);
	return value;
}

JSValue js_give_bytes(JSContext *ctx, int32_t result, struct blob *found)
{
	JSValue value = result < 0 ? JS_NewInt32(ctx, result) : js_uint8array(ctx, found->data, found->size);

	free(found->data);
	return value;
}

JSValue js_uint8array(JSContext *ctx, const uint8_t *bytes, size_t size)
{
	JSValue buffer = JS_NewArrayBufferCopy(ctx, bytes, size);
	JSValue of[3] = { buffer, JS_UNDEFINED, JS_UNDEFINED }; /* all three are read, whatever argc says */
	JSValue array;

	if (JS_IsException(buffer))
		return buffer;
	array = JS_NewTypedArray(ctx, 1, of, JS_TYPED_ARRAY_UINT8);
	JS_FreeValue(ctx, buffer);
	return array;
}
