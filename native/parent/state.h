#pragma once
#include <sys/un.h>

#include "parent/parent.h"

/* The folder of all state, opened on first use, and made where that is wanted; its fd or -errno. */
int state_root(struct parent *c, bool make);
/* The state folder <root>/<id>, opened (not locked) on first use; its fd or -errno. */
int state_dir(struct parent *c);
/* Whether anybody may put another folder in the place of this one: all may write to one above it, without the sticky bit. */
bool is_exposed(const char *path);
/* Whether the state folder that is open still has its name: another process may have removed it, and made a new one. 1, 0 or -errno. */
int state_is_ours(struct parent *c);
/* Takes the lock of the state folder: 0, -ENOENT if another command has removed the container meanwhile, -errno. */
int lock_state(struct parent *c);
/* The address of a socket in a folder. Its path may be longer than sun_path holds: /proc/self/fd names the folder. */
int socket_below(int dir, const char *name, struct sockaddr_un *address);
/* The same in the state folder. */
int socket_in(struct parent *c, const char *name, struct sockaddr_un *address);
/* Connects to the socket on which the init waits for `start`; do_wait (init/step_exec.c) is the other side. A descriptor or -errno. */
int connect_start(struct parent *c, const char *name);
