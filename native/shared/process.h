#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Starts fn(arg) as a vfork-style child on a stack of its own, with all signals blocked: the caller stands still until the child
 * has called execve or _exit. Safe in a threaded caller, as nothing is copied and no lock can be held by the child.
 * `flags`: CLONE_NEW*, CLONE_PARENT; `cgroup`: fd of a v2 cgroup to be born in, or -1. The child has exit signal 0: it is reaped
 * with __WALL, and never disturbs a caller that counts its SIGCHLDs. Returns the pid or -errno; *pidfd is close-on-exec.
 */
pid_t spawn_child(int (*fn)(void *), void *arg, uint64_t flags, int cgroup, int *pidfd);

/* Reads /proc/PID/stat; *state is where its third field begins, as the fields before it have no fixed form (proc(5)). 0 or -errno. */
enum { STAT_SIZE = 1024 };
int read_stat(pid_t pid, char text[STAT_SIZE], char **state);
/* When the process was started: clock ticks since boot, /proc/PID/stat field 22 (proc(5)). 0 or -errno. */
int start_time(pid_t pid, uint64_t *ticks);
/* A pidfd of the process that had this number at that time; -ESRCH if the number now is another's. */
int open_process(pid_t pid, uint64_t started);

/* Reaps a child, with its status as wait(2) tells it; 0 or -errno. */
int reap_as_told(pid_t pid, int *status);
/* The same; 0-255 or 128+signal, or -errno. */
int reap_child(pid_t pid);

/* Milliseconds of the clock that no one sets. */
int64_t monotonic_ms(void);
/* When so many milliseconds will be over, by that clock; -1, for fewer than none: never. */
int64_t deadline_in(int64_t milliseconds);
/* How many milliseconds are left, as poll(2) takes them: 0 once the deadline has passed, -1 for never. */
int deadline_left(int64_t deadline);

/* The signal that a signalfd has; SIGKILL for an eventfd, which means: end it; 0: nothing. It is taken, so it is heard once. */
unsigned int take_signal(int cancel);
/* The same; whether the kernel has sent it, as it does for keys of a terminal. */
unsigned int take_signal_from(int cancel, bool *kernel);

/* Whether what came on `cancel` ends what is being made: not the signals that by themselves end no process. */
bool asks_to_end(int cancel);

/* Waits until fd is readable: 1, or 0 once the deadline has passed, -ECANCELED when `cancel` asks to end, -errno. */
int wait_readable(int fd, int cancel, int64_t deadline);
/* The same until something can be written to it. */
int wait_writable(int fd, int cancel, int64_t deadline);
