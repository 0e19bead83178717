#include "engine/program.h"

#include <errno.h>
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
	STATUS_AT = 12, /* src/program/format.ts, the outcome */
	DETAIL_AT = 32,
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

/* As src/spec/path.ts has it: other paths are made clean there before they are used. */
static bool is_clean(const char *path)
{
	size_t size = strlen(path);

	return path[0] == '/' && path[size - 1] != '/' && strstr(path, "/.") == NULL && strstr(path, "//") == NULL;
}

static bool parse(char **argv, struct words *w)
{
	int at = 1;

	w->root = option(argv, &at, "--root");
	if (!argv[at] || strcmp(argv[at++], "run") != 0)
		return false;
	w->file = option(argv, &at, "--program");
	w->id = w->file ? argv[at] : NULL;
	return w->id && !argv[at + 1] && plain_id(w->id) && (!w->root || is_clean(w->root));
}

/* As in src/machine/root.ts and observe.ts: engines without root rights run us as root of a user namespace, with USER still the user's. */
static bool machine_root(void)
{
	static const char first[] = "user:[4026531837]";
	const char *user = getenv("USER");
	char name[sizeof(first)];
	ssize_t size;

	if (geteuid() != 0)
		return false;
	if (!user || !*user || strcmp(user, "root") == 0)
		return true;
	size = readlink("/proc/self/ns/user", name, sizeof(name));
	return size < 0 ? errno == ENOENT : (size_t)size == sizeof(first) - 1 && memcmp(name, first, sizeof(first) - 1) == 0;
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

/* Lenient steps that have failed need words. */
static bool has_notes(const struct blob *answer)
{
	return int_at(answer, DETAIL_AT + 4 + (uint32_t)int_at(answer, DETAIL_AT)) != 0;
}

int program_run(int argc, char **argv, struct outcome_bytes *outcome)
{
	static const int32_t stdio[3] = { 0, 1, 2 };
	struct blob file = { 0 }, answer = { 0 };
	char buffer[256];
	struct words w;
	uint32_t size;

	/* The sockets of sd_listen_fds(3) are passed on, if they are ours: src/cli/fds.ts. */
	if (argc < 5 || !parse(argv, &w) || getenv("LISTEN_FDS"))
		return NOT_MINE;
	if (!w.root)
		w.root = default_root(buffer, sizeof(buffer));
	if (!w.root || native_code(w.file, MAX_PROGRAM, &file) < 0)
		return NOT_MINE;
	size = program_size(&file);
	if (size == 0 || native_execute(file.data, size, w.root, w.id, stdio, 3, -1, &answer) < 0)
		return NOT_MINE;
	if (int_at(&answer, PLACE_AT) < 0 && !has_notes(&answer)) {
		int32_t status = int_at(&answer, STATUS_AT);

		return status < 0 ? 0 : status;
	}
	*outcome = (struct outcome_bytes){ answer.data, answer.size };
	return NOT_MINE;
}
