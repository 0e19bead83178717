#pragma once
#include <stdbool.h>
#include <sys/types.h>

struct parent;

/*
 * sd_notify(3) through the runtime. The process writes to a socket in the state folder, which is all that it sees of it. The service manager hears
 * two things of it: READY=1, once, and which process is the main one of the service. The rest stays here: a container has no say in what the manager does.
 */

/*
 * Reads one message that waits at c->notify. Once it says READY=1 the manager is told, with `main` as MAINPID, and c->notify is closed. A manager that
 * cannot be told is a note, as the container is well; true: it was told.
 */
bool take_notification(struct parent *c, pid_t main);
/* Waits until the manager has handled what it was told (sd_notify_barrier(3)), for half a minute at the most; 0, or -ECANCELED. */
int await_manager(struct parent *c);
