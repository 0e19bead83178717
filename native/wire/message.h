#pragma once
#include "wire/common.h"
#include "wire/format.gen.h"

/* Flags of READY. Hooks come before execve: another READY will. The filter forbids execve, or what has to come before it. */
enum { HOOKS_FIRST = 1, DOOMED = 2 };

/* What crosses the socketpair where the other process goes on, and the socket between start and the waiting init. */
struct message {
	uint32_t kind;
	uint32_t index;		  /* READY: of a seccomp filter under which the init may end without a word; 0: there is none */
	int32_t error;		  /* -errno; PID: the pid; LISTENER: the number of the descriptor; READY: a set of the bits above */
	char detail[DETAIL_SIZE]; /* LISTENER: a uint64_t, where the init waits for a number that is not 0 */
};

/* Sends a message with c->index and, for FAILED, NOTE and LISTENER, c->detail; 0 or -errno. */
int send_message(struct common *c, enum message_kind kind, int error);
/* Receives one; 1, 0 at end of file, or -errno. */
int receive_message(int sock, struct message *m);
