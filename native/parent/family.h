#pragma once
#include <stdint.h>
#include <sys/types.h>

struct relative {
	pid_t pid;
	uint64_t started;
};

/*
 * A process and those that came of it: their children, and the processes of its session, whatever became of those between. Who has been of it once
 * stays so, and so do the children of those. The process itself must not have been reaped: its number is its name here.
 */
struct family {
	pid_t first;
	struct relative *all; /* those that were alive when it was looked at last */
	uint32_t count;
};

/* Looks at who is alive of it: their number, or -errno. */
int find_family(struct family *f);
/* A signal to all that were found. 0 or -errno: of the first who may not be signalled. */
int signal_family(const struct family *f, int signal);
void free_family(struct family *f);
