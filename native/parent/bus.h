#pragma once
#include "parent/parent.h"

enum { BUS_ROOM = 16384 }; /* for one message; those of org.freedesktop.systemd1 that are read here have some hundred bytes */

/* A connection to a D-Bus. */
struct bus {
	int fd;
	int cancel;	  /* readable: give up; -1: none */
	int64_t deadline; /* nothing is waited for any longer: see deadline_in() */
	uint8_t room[BUS_ROOM];
};

enum bus_kind { BUS_RETURN = 2, BUS_ERROR = 3, BUS_SIGNAL = 4 };

/* A message, with what matters here of its header; it lies in the bus's room until the next one comes. */
struct bus_message {
	uint8_t kind;
	uint32_t reply_to;				 /* the serial of the call that it answers; 0: none */
	const char *member, *sender, *error, *signature; /* "" if it has none */
	struct reader body;				 /* strings and u32s, each at a multiple of its own size: bus_str, bus_u32 */
};

/* Connects to the socket at `path` and says who is there; `hello` are the messages that every connection begins with. */
int bus_open(struct parent *c, struct bus *b, const char *path, struct bytes hello);
void bus_close(struct bus *b);
int bus_send(struct bus *b, struct bytes messages);
/*
 * The next message that can be for us: what does not fit, or is not as those of systemd are, is passed over; -ETIMEDOUT, -ECANCELED, -ECONNRESET,
 * -EBADMSG, -EMSGSIZE.
 */
int bus_receive(struct bus *b, struct bus_message *m);
/* Sends a call and waits for its answer; -EREMOTEIO for an error, whose text becomes the detail. */
int bus_call(struct parent *c, struct bus *b, struct bytes call, struct bus_message *answer);

uint32_t bus_u32(struct reader *body);
const char *bus_str(struct reader *body);
