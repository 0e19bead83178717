#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/engine.h"
#include "engine/image.h"

enum {
	CAPACITY = 64 << 20,
	MOST_BLOCKS = 1 << 20,
	NEAR = 2, /* pages: ranges as near as this are one, as a call takes as long as they do */
};

/*
 * The image is made twice. The first time, in a child, shows which blocks live to the end. The second time only those are put into the
 * image, and all others beside it, so that the executable carries none that was freed. The engine asks for the same blocks in the same
 * order both times. Every block has the size that was asked for, and not that of a class (arena.c), as it is never used again.
 */
struct found {
	size_t asked;
	bool lives[MOST_BLOCKS]; /* by the order of asking */
};

static struct {
	bool known;	     /* the second time */
	size_t asked;	     /* blocks so far */
	struct found *first; /* what the child has found */
	uint32_t *numbers;   /* the same order, by the block's address, for the first time */
	uint8_t *beside;     /* where the next block that dies goes */
} blocks;

/* The header is that of arena.c: the size of the block, its own included. */
static size_t usable(const void *p)
{
	return arena_functions.js_malloc_usable_size(p);
}

static void *take(JSMallocState *s, size_t wanted)
{
	struct arena *a = s->opaque;
	const size_t number = blocks.asked++, size = (wanted + sizeof(size_t) + 15) & ~(size_t)15;
	uint8_t **at = blocks.known && number < MOST_BLOCKS && !blocks.first->lives[number] ? &blocks.beside : &a->at;
	uint8_t *block = *at;

	if (number >= MOST_BLOCKS || wanted >= CAPACITY - (size_t)(a->at - (uint8_t *)IMAGE) - 32)
		return NULL;
	*at += size;
	*(size_t *)(void *)block = size;
	block += sizeof(size_t);
	if (!blocks.known) {
		blocks.first->lives[number] = true;
		blocks.numbers[(block - (uint8_t *)IMAGE) / 16] = (uint32_t)number;
	}
	return block;
}

static void give(JSMallocState *s, void *p)
{
	(void)s;
	if (p && !blocks.known)
		blocks.first->lives[blocks.numbers[((uint8_t *)p - (uint8_t *)IMAGE) / 16]] = false;
}

static void *resize(JSMallocState *s, void *p, size_t size)
{
	void *new;

	if (size == 0) {
		give(s, p);
		return NULL;
	}
	if (p && size <= usable(p))
		return p;
	new = take(s, size);
	if (!new || !p)
		return new;
	memcpy(new, p, usable(p));
	give(s, p);
	return new;
}

static const JSMallocFunctions recorded = { take, give, resize, usable };

/*
 * There is no Date, eval, Proxy, Promise or WeakRef, there are no std and os modules, and there is no module loader: all that the TypeScript
 * may know comes in through `native`.
 */
static JSContext *start(struct arena *arena)
{
	JSRuntime *rt = JS_NewRuntime2(&recorded, arena);
	JSContext *ctx = rt ? JS_NewContextRaw(rt) : NULL;

	if (!ctx)
		return NULL;
	JS_SetGCThreshold(rt, (size_t)-1); /* counting references is enough for a process of milliseconds */
	JS_AddIntrinsicBaseObjects(ctx);
	JS_AddIntrinsicRegExp(ctx);
	JS_AddIntrinsicJSON(ctx);
	JS_AddIntrinsicMapSet(ctx);
	JS_AddIntrinsicTypedArrays(ctx);
	return ctx;
}

static size_t read_stdin(uint8_t *to, size_t size)
{
	size_t all = 0;
	ssize_t n;

	while (all < size && (n = read(0, to + all, size - all)) > 0)
		all += (size_t)n;
	return all;
}

static int write_stdout(const uint8_t *from, const uint8_t *end)
{
	while (from < end) {
		ssize_t n = write(1, from, (size_t)(end - from));

		if (n <= 0)
			return 1;
		from += n;
	}
	return 0;
}

/* The functions are the first member of the engine's runtime, which no call of it changes. */
static bool use_arena(JSContext *ctx)
{
	JSRuntime *rt = JS_GetRuntime(ctx);

	if (memcmp(rt, &recorded, sizeof(recorded)) != 0)
		return false;
	memcpy(rt, &arena_functions, sizeof(arena_functions));
	return true;
}

static int bake(const uint8_t *code, size_t size)
{
	struct image *image = IMAGE;

	arena_use(&image->arena, (uint8_t *)(image + 1), CAPACITY - sizeof(*image), 0);
	image->ctx = start(&image->arena);
	if (!image->ctx)
		return 1;
	image->main = run_bytecode(image->ctx, code, size, "ocits_main");
	if (!JS_IsFunction(image->ctx, image->main))
		return report(image->ctx);
	if (!blocks.known)
		blocks.first->asked = blocks.asked;
	return blocks.asked == blocks.first->asked && use_arena(image->ctx) ? 0 : 1;
}

static void *memory(size_t size, int sharing)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, sharing | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return at == MAP_FAILED ? NULL : at;
}

static bool ended_well(pid_t pid)
{
	int status;

	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

static struct {
	bool *written; /* by the page's place in the image */
	size_t count;
} pages;

static void on_write(int signal, siginfo_t *info, void *context)
{
	const uintptr_t page = ((uintptr_t)info->si_addr - IMAGE_AT) / IMAGE_PAGE;

	(void)signal, (void)context;
	if (page >= pages.count || pages.written[page])
		_exit(1);
	pages.written[page] = true;
	mprotect((uint8_t *)IMAGE + page * IMAGE_PAGE, IMAGE_PAGE, PROT_READ | PROT_WRITE);
}

/* A command that looks for a container that is not there; that it fails is of no interest. */
static void trial(size_t size)
{
	char *words[] = { "ocits", "--root", "/proc/self/none", "state", "none", NULL };
	const struct sigaction action = { .sa_sigaction = on_write, .sa_flags = SA_SIGINFO };

	close(2);
	if (sigaction(SIGSEGV, &action, NULL) == 0 && mprotect(IMAGE, size, PROT_READ) == 0)
		image_run(size, 5, words, NULL);
}

/* Finds the pages of the image that every command writes to, by carrying one out in a child. */
static bool find_written(struct image *image)
{
	const size_t size = (size_t)(image->arena.at - (uint8_t *)image);
	pid_t pid;
	int n = 0;

	pages.count = size / IMAGE_PAGE + 1;
	pages.written = memory(pages.count, MAP_SHARED);
	if (!pages.written)
		return false;
	pid = fork();
	if (pid == 0) {
		trial(size);
		_exit(0);
	}
	if (!ended_well(pid))
		return false;
	for (size_t i = 0; i < pages.count; i++) {
		if (!pages.written[i])
			continue;
		if (n > 0 && i - image->written[n - 1].end <= NEAR)
			n--;
		else if (n < WRITTEN_RANGES)
			image->written[n].first = (uint16_t)i;
		else
			break;
		image->written[n++].end = (uint16_t)(i + 1);
	}
	return n > 0;
}

static int bake_in_child(const uint8_t *code, size_t size)
{
	const pid_t pid = fork();

	if (pid == 0)
		_exit(bake(code, size));
	return ended_well(pid) ? 0 : 1;
}

int engine_bake(void)
{
	const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
	struct image *image = mmap(IMAGE, CAPACITY, PROT_READ | PROT_WRITE, flags | MAP_FIXED_NOREPLACE, -1, 0);
	uint8_t *code = malloc(CAPACITY);
	size_t size;

	blocks.beside = memory(CAPACITY, MAP_PRIVATE);
	blocks.first = memory(sizeof(*blocks.first), MAP_SHARED);
	blocks.numbers = memory(CAPACITY / 16 * sizeof(*blocks.numbers), MAP_PRIVATE);
	if (image != IMAGE || !code || !blocks.beside || !blocks.first || !blocks.numbers)
		return 1;
	size = read_stdin(code, CAPACITY);
	if (bake_in_child(code, size) != 0)
		return 1;
	blocks.known = true;
	if (bake(code, size) != 0 || !find_written(image))
		return 1;
	return write_stdout((uint8_t *)image, image->arena.at);
}
