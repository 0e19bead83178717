#pragma once
#include "parent/parent.h"
#include "parent/netlink.h"

/* What the host must know to have a device back as it was: a file of the state folder, written and read by this code alone. */
struct kept {
	struct link outside;
	int32_t inside; /* its index in the container, where it may have another name by now */
	struct addresses addresses;
};

/* One way or the other: `name` on the host, `to` in the network namespace `ns`; `host` is the host's. */
struct net_move {
	const char *name, *to;
	char came[32];		       /* what it is called on the host again */
	int ns, host, outside, inside; /* the last two: sockets in them */
	bool moved;
	struct kept kept;
};

/* `kept.outside` and `kept.addresses` are known; afterwards `kept.inside` is. */
int net_move_in(struct net_move *m);
/* 0 also where there is no such device: it is back already, or gone. */
int net_move_back(struct net_move *m);
/* The same, where both sockets are open. */
int net_move_between(struct net_move *m);
int net_move_back_between(struct net_move *m);
int write_kept(struct parent *c, const struct net_move *m);
void read_kept(struct parent *c, struct net_move *m);
/* `cleanup_net_move struct net_move m = { .ns = -1, .host = -1 };`: both are closed where its scope ends. */
#define cleanup_net_move __attribute__((cleanup(net_move_close)))
void net_move_close(const struct net_move *m);
/* A network namespace by its file; -EINVAL for any other file. */
int open_netns(const char *path);
