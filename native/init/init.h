#pragma once
#include "wire/common.h"

/* A host path that a `source` step opened. It is all zeros when there is none, so that pages that nobody needs stay untouched. */
struct slot {
	int number; /* its descriptor plus 1 */
	uint32_t propagation;
	bool late; /* not cloned yet */
	bool recursive;
};

enum { KEPT_MOUNTS = 128 };

/* A mount that is unmounted again if a later step fails, and the step that made it. */
struct kept_mount {
	int fd;
	uint32_t index;
};

/* What the init knows while it walks a program. */
struct init {
	struct common common;
	int listener;
	int root_fd;
	int proc_fd;
	int mask_fd;	/* the mount that masks folders; -1 before the first */
	bool mask_used; /* it is attached, and null_used: so is the one that masks files. What is attached can be cloned */
	bool null_used;
	int namespaces[8];
	const char *executable;
	bool cwd_refused;
	struct slot *slots; /* one for each `source` step */
	uint32_t slot_count;
	int held_proc; /* the procfs by which mounts are undone; -1: they are not */
	uint32_t kept_count;
	uint32_t filter; /* the index of a filter under which it may end without a word; 0: none */
	/* The last members: most inits never touch them. */
	struct kept_mount kept[KEPT_MOUNTS];
	char home[5 + PATH_MAX]; /* room for `common.home` */
};

/* `common` is the first member, so that both have one address. */
static inline struct init *init_of(struct common *c)
{
	return (struct init *)c;
}
