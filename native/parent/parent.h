#pragma once
#include "wire/context.h"

/* Steps and undos of the parent share these. */

/* The state folder <root>/<id>, opened (not locked) on first use; its fd or -errno. */
int state_dir(struct context *c);
/* Whether the state folder that is open still has its name: another process may have removed it, and made a new one. */
bool state_is_ours(struct context *c);
/* Takes the lock of the state folder: 0, -ENOENT if another command has removed the container meanwhile, -errno. */
int lock_state(struct context *c);
/* Writes a value to a file of a kernel file system, in one write(2); 0 or -errno. */
int write_value(const char *path, const char *value, size_t size);
/* Reads what one read(2) gives, with a NUL behind it; its length or -errno. */
ssize_t read_value(const char *path, char *out, size_t size);
/* The init has forked: from now on `pid`, a child of this process too, is the init. */
int adopt(struct context *c, pid_t pid);
/* The init's seccomp listener will be descriptor `number` there: takes it, hands it to the agent, and has the init go on. */
int pass_listener(struct context *c, int number, uint64_t address);
/* A pidfd of the process that had this number at that time; -ESRCH if the number now is another's. */
int open_process(pid_t pid, uint64_t started);
/* SIGKILL to the init, and reaps it. */
int kill_init(struct context *c);
/* The cgroups of `dirs` at these places are the container's, whoever made them: their inodes are written below the intent. */
int own_cgroups(struct context *c, struct texts dirs, struct u32s at);
/* The cgroup at `path`, if it is the one of which the i-th inode is recorded; else -errno. */
int open_recorded(const char *path, struct strs inodes, uint32_t i);
/* Removes the cgroup at this place of the list if it was made here, with all in it. */
int remove_made(struct context *c, struct text dir, uint32_t place);
