#include <stddef.h>
#include <unistd.h>

#include "context.h"
#include "process.h"
#include "words.h"

/* The parent's holes; the init has its own, fewer (init.c). */
const char *hole(struct context *c, char letter, char out[40])
{
	uint64_t when = 0;

	switch (letter) {
	case 'i':
		return c->id;
	case 'r':
		return c->root;
	case 't':
		return now(out);
	case 'p':
	case 'm':
		put_number(out, out + 40, (uint64_t)(letter == 'p' ? c->pid : getpid()));
		return out;
	case 's':
	case 'n':
		if (start_time(letter == 's' ? c->pid : getpid(), &when) < 0)
			return NULL;
		put_number(out, out + 40, when);
		return out;
	default:
		return NULL;
	}
}
