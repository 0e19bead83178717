#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "parent/net_move.h"
#include "parent/netlink.h"
#include "parent/netlink_talk.h"
#include "parent/steps.gen.h"
#include "shared/fd.h"
#include "shared/process.h"

/* The steps of `ocits net`: each works on devices of networks that `net_open` has opened, by the name that it gave them. */

static const char own[] = "/proc/thread-self/ns/net";

/* Where the path is a process's, that one is looked at afterwards: if it still runs then, the path was its own. */
int do_net_open(struct parent *c, const struct net_open_args *a)
{
	cleanup_close int ns = open_netns(*a->path ? a->path : own), process = -1, socket = -1;

	if (c->network_count == MAX_NETWORKS)
		return -EMFILE;
	if (ns < 0)
		return ns;
	process = a->pid == 0 ? -1 : open_process((pid_t)a->pid, a->start_time);
	if (a->pid != 0 && process < 0)
		return process;
	socket = *a->path ? netlink_open_in(ns) : netlink_open();
	if (socket < 0)
		return socket;
	c->networks[c->network_count++] = (struct network){ a->name, steal_fd(&ns), steal_fd(&socket) };
	return 0;
}

static const struct network *network_of(const struct parent *c, const char *name)
{
	static const struct network none = { NULL, -1, -1 }; /* a program that opens none: EBADF says so */

	for (uint32_t i = 0; i < c->network_count; i++)
		if (strcmp(c->networks[i].name, name) == 0)
			return &c->networks[i];
	return &none;
}

/* A device by its name, and the socket of its network; its index or -errno. */
static int device_of(const struct parent *c, const char *of, const char *name, int *socket)
{
	struct link found;
	int err;

	*socket = network_of(c, of)->socket;
	err = link_find(*socket, name, 0, &found);
	return err < 0 ? err : found.index;
}

static int remove_device(const struct parent *c, const char *of, const char *name)
{
	int socket, index = device_of(c, of, name, &socket);

	return index < 0 ? index : link_remove(socket, index);
}

/* What is gone already, perhaps with its network, need not be undone. */
static int unless_gone(int err)
{
	return err == -ENODEV || err == -ESRCH || err == -EADDRNOTAVAIL ? 0 : err;
}

int do_bridge(struct parent *c, const struct bridge_args *a)
{
	return bridge_make(network_of(c, a->of)->socket, a->name);
}

int undo_bridge(struct parent *c, const struct bridge_args *a)
{
	return unless_gone(remove_device(c, a->of, a->name));
}

int do_veth(struct parent *c, const struct veth_args *a)
{
	return veth_make(network_of(c, a->of)->socket, a->name, network_of(c, a->other_of)->ns, a->other);
}

int undo_veth(struct parent *c, const struct veth_args *a)
{
	return unless_gone(remove_device(c, a->of, a->name));
}

int do_link_join(struct parent *c, const struct link_join_args *a)
{
	int socket, index = device_of(c, a->of, a->device, &socket), bridge = device_of(c, a->of, a->bridge, &socket);

	return index < 0 ? index : bridge < 0 ? bridge : link_join(socket, index, bridge);
}

static int set_up(const struct parent *c, const struct link_up_args *a, bool up)
{
	int socket, index = device_of(c, a->of, a->device, &socket);

	return index < 0 ? index : link_set_up(socket, index, up);
}

int do_link_up(struct parent *c, const struct link_up_args *a)
{
	return set_up(c, a, true);
}

int undo_link_up(struct parent *c, const struct link_up_args *a)
{
	return unless_gone(set_up(c, a, false));
}

static int ip_of(const char *text, uint32_t prefix, struct ip *ip)
{
	const bool six = strchr(text, ':') != NULL;

	*ip = (struct ip){ six ? AF_INET6 : AF_INET, (uint8_t)prefix, six ? 16 : 4, { 0 } };
	return prefix <= ip->size * 8U && inet_pton(ip->family, text, ip->bytes) == 1 ? 0 : -EINVAL;
}

static int change_address(const struct parent *c, const struct address_args *a, int (*change)(int, int, const struct ip *))
{
	struct ip ip;
	int err = ip_of(a->address, a->prefix, &ip), socket, index = device_of(c, a->of, a->device, &socket);

	return err < 0 ? err : index < 0 ? index : change(socket, index, &ip);
}

int do_address(struct parent *c, const struct address_args *a)
{
	return change_address(c, a, address_add);
}

int undo_address(struct parent *c, const struct address_args *a)
{
	return unless_gone(change_address(c, a, address_remove));
}

static int change_route(const struct parent *c, const struct route_args *a, int (*change)(int, int, const struct ip *, const struct ip *))
{
	struct ip to, gateway;
	int err = ip_of(a->to, a->prefix, &to), socket, index = device_of(c, a->of, a->device, &socket);

	if (err == 0)
		err = ip_of(a->gateway, 0, &gateway);
	return err < 0 ? err : index < 0 ? index : change(socket, index, &to, &gateway);
}

int do_route(struct parent *c, const struct route_args *a)
{
	return change_route(c, a, route_add);
}

int undo_route(struct parent *c, const struct route_args *a)
{
	return unless_gone(change_route(c, a, route_remove));
}

/* What was moved is remembered for its undo, as root of the other network may have exchanged it by then, or its addresses. */
int do_link_move(struct parent *c, const struct link_move_args *a)
{
	const struct network *from = network_of(c, a->of), *to = network_of(c, a->to_of);
	int err;

	if (c->moved != NULL)
		return -EBUSY; /* a second one in one program; there is none such */
	c->moved = malloc(sizeof(*c->moved));
	if (c->moved == NULL)
		return -ENOMEM;
	*c->moved = (struct net_move){ .name = a->name, .to = a->to, .ns = to->ns, .host = from->ns, .outside = from->socket, .inside = to->socket };
	err = net_move_look(c->moved);
	return err < 0 ? err : net_move_in(c, c->moved);
}

int undo_link_move(struct parent *c, const struct link_move_args *a)
{
	(void)a;
	return net_move_back(c->moved);
}

int do_link_remove(struct parent *c, const struct link_remove_args *a)
{
	return remove_device(c, a->of, a->device);
}
