#pragma once
/* Removes folder `name` of `dir` and all that is in it, never through a symlink nor into another mount; 0 or -errno, ENOENT is 0. */
int remove_tree(int dir, const char *name);
