#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "parent/netlink.h"
#include "parent/netlink_talk.h"
#include "shared/fd.h"
#include "shared/process.h"

/* Making devices and ending them, and routes (rtnetlink(7), veth(4)). */

enum { INFO_DATA = 2, VETH_PEER = 1 };

static uint32_t begin_device(struct request *r, const char *name, const char *kind)
{
	const struct link_message link = { 0 };
	uint32_t info;

	begin(r, LINK_NEW, NL_CREATE | NL_EXCLUSIVE, &link, sizeof(link));
	attribute(r, LINK_NAME, name, strlen(name) + 1);
	info = r->head.size;
	attribute(r, LINK_INFO, "", 0);
	attribute(r, INFO_KIND, kind, strlen(kind));
	return info;
}

int bridge_make(int fd, const char *name)
{
	struct request r;

	attribute_holds(&r, begin_device(&r, name, "bridge"));
	return command(fd, &r);
}

int veth_make(int fd, const char *name, int ns, const char *peer)
{
	const struct link_message link = { 0 };
	struct request r;
	uint32_t info = begin_device(&r, name, "veth"), data = r.head.size, other = data + 4;

	attribute(&r, INFO_DATA, "", 0);
	attribute(&r, VETH_PEER, &link, sizeof(link));
	attribute(&r, LINK_NAME, peer, strlen(peer) + 1);
	attribute(&r, LINK_NS_FD, &ns, sizeof(ns));
	attribute_holds(&r, other);
	attribute_holds(&r, data);
	attribute_holds(&r, info);
	return command(fd, &r);
}

int link_remove(int fd, int index)
{
	const struct link_message link = { .index = index };
	struct request r;

	begin(&r, LINK_REMOVE, 0, &link, sizeof(link));
	return command(fd, &r);
}

int link_join(int fd, int index, int bridge)
{
	const struct link_message link = { .index = index };
	struct request r;

	begin(&r, LINK_SET, 0, &link, sizeof(link));
	attribute(&r, LINK_MASTER, &bridge, sizeof(bridge));
	return command(fd, &r);
}

struct route_message {
	uint8_t family, to_prefix, from_prefix, tos, table, protocol, scope, type;
	uint32_t flags;
};

enum { ROUTE_NEW = 24, ROUTE_REMOVE = 25, ROUTE_TO = 1, ROUTE_DEVICE = 4, ROUTE_GATEWAY = 5, MAIN_TABLE = 254, STATIC = 4, UNICAST = 1 };

struct change {
	uint16_t type, flags;
};

static int route(int fd, struct change how, int index, const struct ip *to, const struct ip *gateway)
{
	const struct route_message m = {
		.family = gateway->family, .to_prefix = to->prefix, .table = MAIN_TABLE, .protocol = STATIC, .type = UNICAST
	};
	struct request r;

	begin(&r, how.type, how.flags, &m, sizeof(m));
	if (to->prefix > 0)
		attribute(&r, ROUTE_TO, to->bytes, to->size);
	attribute(&r, ROUTE_GATEWAY, gateway->bytes, gateway->size);
	attribute(&r, ROUTE_DEVICE, &index, sizeof(index));
	return command(fd, &r);
}

int route_add(int fd, int index, const struct ip *to, const struct ip *gateway)
{
	return route(fd, (struct change){ ROUTE_NEW, NL_CREATE | NL_EXCLUSIVE }, index, to, gateway);
}

int route_remove(int fd, int index, const struct ip *to, const struct ip *gateway)
{
	return route(fd, (struct change){ ROUTE_REMOVE, 0 }, index, to, gateway);
}

struct visit {
	int ns, socket;
};

static int look_in(void *arg)
{
	struct visit *v = arg;

	v->socket = setns(v->ns, CLONE_NEWNET) < 0 ? -errno : netlink_open();
	return 0;
}

/* It shares its descriptors with the caller, whose own namespaces stay as they are. */
int netlink_open_in(int ns)
{
	struct visit v = { ns, -1 };
	cleanup_close int pidfd = -1;
	int pid = spawn_child(look_in, &v, CLONE_FILES, -1, &pidfd);

	if (pid < 0)
		return pid;
	reap_child(pid);
	return v.socket;
}
