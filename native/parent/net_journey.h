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
struct journey {
	const char *name, *to;
	char came[32];		       /* what it is called on the host again */
	int ns, host, outside, inside; /* the last two: sockets in them */
	bool moved;
	struct kept kept;
	int error;
};

/* `kept.outside` and `kept.addresses` are known; afterwards `kept.inside` is. */
int journey_in(struct journey *j);
/* 0 also where there is no such device: it is back already, or gone. */
int journey_back(struct journey *j);
int write_kept(struct parent *c, const struct journey *j);
void read_kept(struct parent *c, struct journey *j);
/* A network namespace by its file; -EINVAL for any other file. */
int open_netns(const char *path);
