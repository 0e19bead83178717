#pragma once

/*
 * Ways through a cgroup and all below it: as deep as a container likes, with one open folder at a time.
 */

/*
 * Calls `visit` for a cgroup and for all below it, each before those below it. A result other than 0 ends the walk and is its own.
 * The memory grows by 8 bytes with each level, and the descriptors not at all.
 */
int walk_cgroups(int top, int (*visit)(int dir, void *arg), void *arg);

/* Removes all that is below a cgroup. -EBUSY if processes are left in one of them. */
int remove_below_cgroup(int top);
