#pragma once
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "init/init.h"

enum make { MAKE_NOTHING, MAKE_DIR, MAKE_FILE };

enum { MAX_DEPTH = PATH_MAX, STOPPED = 2 };

/*
 * A walk for paths that do not exist yet. Every component is opened by itself and nothing is followed by the kernel; ".." goes
 * back to a descriptor that was reached from the root, so no rename can lead outside (CVE-2024-45310 and its kin).
 */
struct walk {
	struct init *c;
	int stack[MAX_DEPTH];
	int depth;
	int links;
	bool follow;
	size_t start, end;	 /* of the component at which the walk is */
	const struct stat *stop; /* the folder at which it ends */
	char path[PATH_MAX * 2];
};

/* Begins at the folder `root`; 0 or -errno. Whatever comes of the walk, end_walk closes what it has opened. */
int start_walk(struct walk *w, struct init *c, const char *path, int root);
/* To the end of the path, where the last of the stack is what it names; what is missing is made. STOPPED: it has come to w->stop. */
int walk_path(struct walk *w, enum make make);
void end_walk(struct walk *w);
/* Names the component of `path` that is the reason of an error of a walk. */
void tell_component(struct init *c, const struct walk *w, const char *path, int err);
/* An O_PATH descriptor of one name in a folder, which may be a symlink, or -errno. */
int open_component(int dir, const char *name);
/* Makes a folder or a file of that name; it is no error that it is there. */
int make_component(int dir, const char *name, enum make make);
