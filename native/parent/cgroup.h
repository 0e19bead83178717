#pragma once
#include <limits.h>
#include <stdint.h>
#include <stdio.h>

/*
 * Cgroups of containers, by descriptor: a container may have made cgroups below its own, as deep and with names as long as it likes, and
 * somebody else's may by now have the path of one that is gone.
 */

/* What is recorded in place of the inode of a cgroup. The root of a hierarchy has inode 1, which is never a container's. */
enum {
	NOT_MADE = 0, /* it was there before, or was never made: it is left alone */
	IF_EMPTY = 1, /* the create died while it made it: it may be removed, and nobody is in it */
};

/* The folder of a cgroup: a descriptor, -ENOENT, or -ESTALE if the cgroup at this path has another inode. */
int open_cgroup(const char *path, uint64_t inode);

/* Whether a process is in the cgroup or in one below it: 1, 0 or -errno. */
int is_populated(int top);

/* Writes the processes of a cgroup and of those below it, a line each. */
int list_members(int top, FILE *out);

/* Sends a signal to every process of one cgroup, `count` of them; `err` is the first that could not be asked, or be signalled. */
struct shot {
	int signal;
	int count;
	int err;
};
int signal_members(int dir, void *shot);

/* SIGKILL to all in a cgroup and below it, frozen or not; the cgroup stays usable. -errno if somebody may live on. */
int kill_members(int top);

/* The path of a file in the folder of a cgroup. */
int file_in(char out[PATH_MAX], const char *dir, const char *file);

/* Writes a word to a file of a cgroup. */
int put_word(int dir, const char *file, const char *word);

/* Thaws a cgroup of v1 and all below it; those of v2 need no thaw to be killed. */
int thaw_cgroups(int top);
