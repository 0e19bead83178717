#pragma once
#include <stdint.h>
#include <sys/types.h>

struct started_process {
	pid_t pid;
	uint64_t started;
};

/*
 * A process and its descendants: its children, theirs, and all processes of its session, also if a process between them has ended. A process that
 * was found once stays in the list, and its children belong to it. The first process must not have been reaped, as it is known by its pid.
 */
struct descendants {
	pid_t first;
	struct started_process *all; /* those that were alive at the last search */
	uint32_t count;
};

/* Searches for the living ones; their number, or -errno. */
int find_descendants(struct descendants *d);
/* Sends a signal to all that were found. 0, or the first -errno. */
int signal_descendants(const struct descendants *d, int signal);
void free_descendants(struct descendants *d);
