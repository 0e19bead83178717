/* compile FILE.js FILE.bin: the bytecode that native/engine/engine.c loads. A tool of the build; linked with the same QuickJS. */
#include <quickjs.h>
#include <stdio.h>
#include <stdlib.h>

static JSContext *start(void)
{
	JSRuntime *rt = JS_NewRuntime();
	JSContext *ctx = rt ? JS_NewContextRaw(rt) : NULL;

	if (!ctx)
		exit(1);
	JS_AddIntrinsicBaseObjects(ctx);
	JS_AddIntrinsicRegExp(ctx);
	JS_AddIntrinsicJSON(ctx);
	JS_AddIntrinsicMapSet(ctx);
	JS_AddIntrinsicTypedArrays(ctx);
	JS_AddIntrinsicEval(ctx);
	JS_SetStripInfo(rt, JS_STRIP_DEBUG);
	return ctx;
}

static char *slurp(const char *path, size_t *size)
{
	FILE *f = fopen(path, "rb");
	char *text;
	long end;

	if (!f || fseek(f, 0, SEEK_END) < 0 || (end = ftell(f)) < 0 || fseek(f, 0, SEEK_SET) < 0)
		return NULL;
	text = calloc((size_t)end + 1, 1); /* JS_Eval wants a NUL at the end */
	*size = (size_t)end;
	if (text && fread(text, 1, *size, f) != *size)
		return NULL;
	fclose(f);
	return text;
}

static int spill(const char *path, const uint8_t *bytes, size_t size)
{
	FILE *f = fopen(path, "wb");

	if (!f || fwrite(bytes, 1, size, f) != size)
		return -1;
	return fclose(f);
}

int main(int argc, char **argv)
{
	JSContext *ctx = start();
	uint8_t *bytecode;
	size_t size;
	JSValue module;
	char *text;

	if (argc != 3 || !(text = slurp(argv[1], &size))) {
		fprintf(stderr, "compile: cannot read %s\n", argc > 1 ? argv[1] : "FILE.js FILE.bin");
		return 1;
	}
	/*
	 * ES modules are strict, and for a bundle of them this needs a flag. Sloppy code makes an object for each destructured
	 * parameter, which takes longer than most functions.
	 */
	module = JS_Eval(ctx, text, size, argv[1], JS_EVAL_TYPE_GLOBAL | JS_EVAL_FLAG_STRICT | JS_EVAL_FLAG_COMPILE_ONLY);
	bytecode = JS_IsException(module) ? NULL : JS_WriteObject(ctx, &size, module, JS_WRITE_OBJ_BYTECODE);
	if (!bytecode) {
		const char *words = JS_ToCString(ctx, JS_GetException(ctx));

		fprintf(stderr, "compile: %s: %s\n", argv[1], words ? words : "?");
		return 1;
	}
	if (spill(argv[2], bytecode, size) != 0) {
		perror(argv[2]);
		return 1;
	}
	return 0;
}
