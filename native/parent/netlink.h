#pragma once
#include <stdbool.h>
#include <stdint.h>

/* rtnetlink(7): devices, their addresses, and routes. */

enum { MAX_ADDRESSES = 64, MAX_ADDRESS = 128, MAX_MARKS = 112 };

struct link {
	int32_t index;
	uint32_t up;
	int32_t on;	    /* the index of its other end, or of the device that it is made on; -1: none */
	int32_t on_network; /* the number of the network of that one; -1: its own */
	/* What nobody can change: its kind, and of hardware the permanent address and the device that it is a part of. */
	uint32_t known; /* these marks are enough to tell it from any device that a container can make */
	uint32_t mark_size;
	uint8_t marks[MAX_MARKS];
};

struct address {
	uint32_t size;
	uint8_t bytes[MAX_ADDRESS]; /* struct ifaddrmsg and attributes */
};

struct addresses {
	uint32_t count;
	struct address all[MAX_ADDRESSES];
};

/* An address of IPv4 or IPv6, or with a prefix a network. */
struct ip {
	uint8_t family, prefix, size; /* AF_INET or AF_INET6; bits; bytes */
	uint8_t bytes[16];
};

/* A socket of the network namespace that the caller is in now, and belongs to for ever. */
int netlink_open(void);
/* The same in the namespace `ns`, entered by a child that ends at once. */
int netlink_open_in(int ns);
/* By its name, or where that is NULL by its index; -ENODEV. */
int link_find(int fd, const char *name, int index, struct link *found);
/* The number by which the network of the socket knows the namespace `ns`; -ENXIO: by none. */
int network_number(int fd, int ns);
/* What no other network has, as long as the machine runs. */
uint64_t network_id(int fd, int ns);
int link_set_up(int fd, int index, bool up);
/* Into the namespace `ns`, under a name. */
int link_move(int fd, int index, const char *name, int ns);
/* What an administrator gave it: global and permanent; the kernel makes link-local addresses anew. */
int addresses_read(int fd, int index, struct addresses *found);
/* All that can be given and that it does not have yet; the first error. */
int addresses_add(int fd, int index, const struct addresses *all);
/* One more, or one less, of a device. */
int address_add(int fd, int index, const struct ip *ip);
int address_remove(int fd, int index, const struct ip *ip);
int bridge_make(int fd, const char *name);
/* A pair: `name` here, `peer` in the namespace `ns`. */
int veth_make(int fd, const char *name, int ns, const char *peer);
int link_remove(int fd, int index);
/* Makes a device one of the ports of a bridge. */
int link_join(int fd, int index, int bridge);
/* To a network (a prefix of 0: to all that no other route leads to) by a gateway; -ENETUNREACH: no network of the device has that. */
int route_add(int fd, int index, const struct ip *to, const struct ip *gateway);
int route_remove(int fd, int index, const struct ip *to, const struct ip *gateway);
