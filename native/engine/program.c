#include "engine/program.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "parent/functions.h"
#include "wire/interpret.h"

enum {
	MAX_PROGRAM = 64 << 20,
	MAX_ID = 255,
	SIZE_AT = 8, /* docs/architecture.md, the program */
	PLACE_AT = 0,
	STATUS_AT = 12, /* docs/architecture.md, the outcome */
};

struct words {
	const char *root;
	const char *file;
	const char *id;
};

/* --NAME=VALUE or --NAME VALUE at *at; moves on when it is there. */
static const char *option(char **argv, int *at, const char *name)
{
	const char *word = argv[*at];
	size_t size = strlen(name);

	if (!word || strncmp(word, name, size) != 0)
		return NULL;
	if (word[size] == '=') {
		*at += 1;
		return word + size + 1;
	}
	if (word[size] != 0 || !argv[*at + 1])
		return NULL;
	*at += 2;
	return argv[*at - 1];
}

static bool plain_id(const char *id)
{
	size_t size = strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-.");

	return size > 0 && size <= MAX_ID && id[size] == 0 && id[0] != '-' && strncmp(id, ".del-", 5) != 0 && strcmp(id, ".") != 0 &&
	       strcmp(id, "..") != 0;
}

static bool parse(char **argv, struct words *w)
{
	int at = 1;

	w->root = option(argv, &at, "--root");
	if (!argv[at] || strcmp(argv[at++], "run") != 0)
		return false;
	w->file = option(argv, &at, "--program");
	w->id = w->file ? argv[at] : NULL;
	return w->id && !argv[at + 1] && plain_id(w->id) && (!w->root || w->root[0] == '/');
}

/* As in src/machine/root.ts: engines without root rights run us as root of a user namespace, with USER still the user's. */
static bool machine_root(void)
{
	const char *user = getenv("USER");
	struct blob map = { 0 };
	unsigned long inside, outside, count;
	char *at;

	if (geteuid() != 0)
		return false;
	if (!user || !*user || strcmp(user, "root") == 0)
		return true;
	if (native_read("/proc/self/uid_map", 4095, &map) < 0)
		return true;
	map.data[map.size] = 0; /* there is room: it was read to its end */
	inside = strtoul((char *)map.data, &at, 10);
	outside = strtoul(at, &at, 10);
	count = strtoul(at, &at, 10);
	free(map.data);
	return inside == 0 && outside == 0 && count == UINT32_MAX;
}

static const char *default_root(char *buffer, size_t size)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");
	int n;

	if (machine_root())
		return "/run/ocits";
	if (!runtime || runtime[0] != '/')
		return NULL;
	n = snprintf(buffer, size, "%s/ocits", runtime);
	return n < 0 || (size_t)n >= size ? NULL : buffer;
}

static int32_t int_at(const struct blob *b, size_t at)
{
	int32_t value;

	memcpy(&value, b->data + at, sizeof(value));
	return value;
}

/* A program is followed by the size of its labels and by the labels, and by nothing else. 0: it is another file. */
static uint32_t program_size(const struct blob *file)
{
	uint32_t size = file->size < HEADER_SIZE ? 0 : (uint32_t)int_at(file, SIZE_AT);

	if ((uint64_t)size + 4 > file->size)
		return 0;
	return (uint64_t)size + 4 + (uint32_t)int_at(file, size) == file->size ? size : 0;
}

int program_run(int argc, char **argv, struct outcome_bytes *outcome)
{
	static const int32_t stdio[3] = { 0, 1, 2 };
	struct blob file = { 0 }, answer = { 0 };
	char buffer[256];
	struct words w;
	uint32_t size;

	if (argc < 5 || !parse(argv, &w))
		return NOT_MINE;
	if (!w.root)
		w.root = default_root(buffer, sizeof(buffer));
	if (!w.root || native_code(w.file, MAX_PROGRAM, &file) < 0)
		return NOT_MINE;
	size = program_size(&file);
	if (size == 0 || native_execute(file.data, size, w.root, w.id, stdio, 3, -1, &answer) < 0)
		return NOT_MINE;
	if (int_at(&answer, PLACE_AT) < 0) {
		int32_t status = int_at(&answer, STATUS_AT);

		return status < 0 ? 0 : status;
	}
	*outcome = (struct outcome_bytes){ answer.data, answer.size };
	return NOT_MINE;
}
