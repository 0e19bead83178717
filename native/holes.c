#include <stddef.h>
#include <unistd.h>

#include "context.h"
#include "process.h"
#include "words.h"

static const char *number(uint64_t value, char out[40])
{
	put_number(out, out + 40, value);
	return out;
}

/* The parent's holes; the init has its own, fewer (init.c). */
const char *hole(struct context *c, char letter, char out[40])
{
	switch (letter) {
	case 'i':
		return c->id;
	case 'r':
		return c->root;
	case 't':
		return now(out);
	case 'p':
		return number((uint64_t)c->pid, out);
	case 'm':
		return number((uint64_t)getpid(), out);
	case 's':
		return c->start_time == 0 ? NULL : number(c->start_time, out);
	case 'n':
		if (c->own_start == 0 && start_time(getpid(), &c->own_start) < 0)
			return NULL;
		return number(c->own_start, out);
	default:
		return NULL;
	}
}
