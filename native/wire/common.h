#pragma once
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "wire/reader.h"

/* The process that carries out a step, as the program numbers them. */
enum actor { PARENT, INIT };

enum { DETAIL_SIZE = 1024 }; /* a few words from the kernel or a hook */

struct common;
struct program;

/* What each of the two processes does in its own way. */
struct process {
	enum actor actor;
	int (*run_step)(struct common *c, uint32_t op, struct reader *args);
	/* Waits until the other process has done its steps before the one at `next`. 0 or -errno. */
	int (*wait_turn)(struct common *c, const struct program *p, uint32_t next);
	/* Reports a failure that does not stop the plan, with the detail. 0 or -errno. */
	int (*note)(struct common *c, int error);
	/* What a placeholder stands for; NULL for one that is not known. */
	const char *(*placeholder)(struct common *c, char letter, char out[40]);
};

/*
 * What both processes know while they walk a program. The first member of `struct parent`, of which every call of execute has one, and of
 * `struct init`, of which the init has one.
 */
struct common {
	const struct process *process;
	uint32_t index; /* of the step being carried out */
	uint32_t past;	/* of the first step of this process that is not done */
	const char *id;
	const char *root;    /* the folder of all state */
	char *home;	     /* HOME=…, which `home` found; NULL: nobody has asked for it */
	int sock;	     /* to the other process; -1 when there is none */
	pid_t pid;	     /* the init, as this process sees it */
	int cancel;	     /* readable: give up; -1: none */
	struct rlimit files; /* of open files, as it was before it was raised; a hard one of 0: it is */
	mode_t umask;	     /* of the caller, for hooks, as long as the init has none; 0: theirs is the one that is set */
	uint32_t fd_count;   /* 0, 1, 2 and the preserved ones: what the process shall keep */
	char detail[DETAIL_SIZE];
};

/* The path or name a text stands for, with its placeholders filled; -ENAMETOOLONG. */
int text_fill(struct common *c, struct text text, char *out, size_t size);
/* Writes it to fd, placeholders filled, whatever its size. */
int text_write(struct common *c, struct text text, int fd);
/* Keeps a few words for the error; longer ones are cut. */
void detail(struct common *c, const char *words);
void detail_bytes(struct common *c, const char *bytes, size_t size);
