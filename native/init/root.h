#pragma once
#include "init/walk.h"

/*
 * The one way to name a path of the image: resolved once, inside the root, to an O_PATH fd that is used from then on. What is
 * missing is made (folders 0755, a file 0644). -EXDEV, -ELOOP: it leads where it must not.
 */
int open_in_root(struct init *c, const char *path, enum make make);
/* The same, and no symlink may be on the way. */
int open_no_symlinks(struct init *c, const char *path, enum make make);
/* The same, and the last component is taken as it is, also where it is a symlink. */
int open_last(struct init *c, const char *path, enum make make);
/* For what is known to be missing. */
int make_in_root(struct init *c, const char *path, enum make make, bool follow);
/* The folder that shall hold the last component of `path`, made where missing; *name is that component. */
int open_parent(struct init *c, const char *path, const char **name);
/*
 * Opens a path of the host and follows links. Where it leads into the working directory of this process, the container's root, all that
 * follows belongs to the image, and is resolved inside of it.
 */
int open_on_host(struct init *c, const char *path, bool nofollow);
/* 1: it lies in a file system in which the kernel itself is seen and set; 0: in another. */
int is_kernels(int fd);
