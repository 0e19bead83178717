#pragma once

enum { MAX_HIERARCHIES = 16 };

/* A mounted cgroup v1 hierarchy. */
struct hierarchy {
	const char *mount;
	const char *controllers; /* words, each with its NUL, the last one empty */
	char dir[256];		 /* the container's folder in it */
};

struct machine {
	const char *rootfs, *state, *id, *cgroup2;
	struct hierarchy v1[MAX_HIERARCHIES];
	int count;
};

/* Prints the reason and ends this process if the result is an error. */
int must(const char *what, int result);

void write_to(const char *dir, const char *file, const char *value);

/* The process of the container; it ends in execve. */
_Noreturn void become(struct machine *m);
