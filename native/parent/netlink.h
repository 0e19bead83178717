#pragma once
#include <stdbool.h>
#include <stdint.h>

/* rtnetlink(7), as much as it takes to move a device from one network namespace to another. */

enum { MAX_ADDRESSES = 64, MAX_ADDRESS = 128 };

struct link {
	int32_t index;
	uint32_t up;
};

struct address {
	uint32_t size;
	uint8_t bytes[MAX_ADDRESS]; /* struct ifaddrmsg and attributes */
};

struct addresses {
	uint32_t count;
	struct address all[MAX_ADDRESSES];
};

/* A socket of the network namespace that the caller is in now, and belongs to for ever. */
int netlink_open(void);
/* By its name, or where that is NULL by its index; -ENODEV. */
int link_find(int fd, const char *name, int index, struct link *found);
int link_set_up(int fd, int index, bool up);
/* Into the namespace `ns`, under a name. */
int link_move(int fd, int index, const char *name, int ns);
/* What an administrator gave it: global and permanent; the kernel makes link-local addresses anew. */
int addresses_read(int fd, int index, struct addresses *found);
int addresses_add(int fd, int index, const struct addresses *all);
