#pragma once
#include "parent/parent.h"

/* Which cgroups are the container's is written below the intent as soon as it is true: a line each, its index in the list and its inode. */
struct lines {
	char text[MAX_CGROUPS * 32];
	char *end;
};
void put_line(struct lines *l, uint32_t index, uint64_t inode);
int write_lines(struct parent *c, struct lines *l);
/* Whether these indices, one for each of `count` cgroups, are such of the list. */
bool places_fit(struct parent *c, struct u32s at, uint32_t count);

/* The cgroups of `dirs`, at these indexes of the record, are the container's, whoever made them: their inodes are written below the intent. */
int own_cgroups(struct parent *c, struct texts dirs, struct u32s at);
/* The cgroup at `path`, if it is the one of which the i-th inode is recorded; else -errno. */
int open_recorded(const char *path, struct strs inodes, uint32_t i);
/*
 * Removes the cgroup at `path` of which the i-th inode is recorded, with all in it. -EBUSY: somebody in it is still to die, and may be frozen in
 * another hierarchy: once it was tried in all of them it is tried again, as long as `may_wait`.
 */
int remove_recorded(const char *path, struct strs inodes, uint32_t i);
/* The same for the cgroup at this index of the record, if it was made here. */
int remove_made(struct parent *c, struct text dir, uint32_t index);
/* Waits a little; false when five seconds are over. */
bool may_wait(struct parent *c);
