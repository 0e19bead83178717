#pragma once
#include "parent/parent.h"
#include "parent/netlink.h"

/* What the host must know to have a device back as it was: a file of the state folder, written and read by this code alone. */
struct kept {
	uint64_t host, network; /* which they were (network_id) */
	struct link outside;
	int32_t inside; /* its index in the container, where it may have another name by now; 0: it was not brought in, as far as is known */
	struct addresses addresses;
};

/* One way or the other: `name` on the host, `to` in the network namespace `ns`; `host` is the host's. */
struct net_move {
	const char *name, *to;
	char came[32];		       /* what it is called on the host again */
	int ns, host, outside, inside; /* the last two: sockets in them */
	struct kept kept;
};

/* Opens the network namespace at `path`, that of the caller, and a socket in each. */
int net_move_open(struct net_move *m, const char *path);
/* All of `kept` but `inside`, before the device is moved. */
int net_move_look(struct net_move *m);
/* Afterwards `kept.inside` is known, too. What fails is moved back at once, and what is not as it was then is noted. */
int net_move_in(struct parent *c, struct net_move *m);
/*
 * 0 also where it has never left the host. A positive errno is for a note, as nothing more can be done: ENODEV: it is gone; ESTALE: another device
 * is in its place, and stays there; ENODATA: nothing tells it from another one, so it is back without its addresses, and down.
 */
int net_move_back(struct net_move *m);
void net_move_give_up(struct parent *c, struct net_move *m);
int write_kept(struct parent *c, const struct net_move *m);
void read_kept(struct parent *c, struct net_move *m);
/* `cleanup_net_move struct net_move m = { .ns = -1, .host = -1, .outside = -1, .inside = -1 };`: all are closed where its scope ends. */
#define cleanup_net_move __attribute__((cleanup(net_move_close)))
void net_move_close(const struct net_move *m);
/* A network namespace by its file; -EINVAL for any other file. */
int open_netns(const char *path);
