#include "parent/net_move.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "parent/parent.h"
#include "shared/fd.h"
#include "shared/linux.h"
#include "shared/string_buffer.h"

enum { MAX_NAMES = 100 };

int net_move_open(struct net_move *m, const char *path)
{
	m->ns = open_netns(path);
	if (m->ns < 0)
		return m->ns;
	m->host = open_netns("/proc/thread-self/ns/net");
	if (m->host < 0)
		return m->host;
	m->outside = netlink_open();
	m->inside = m->outside < 0 ? m->outside : netlink_open_in(m->ns);
	return m->inside < 0 ? m->inside : 0;
}

int net_move_look(struct net_move *m)
{
	int err = link_find(m->outside, m->name, 0, &m->kept.outside);

	m->kept.host = network_id(m->outside, m->host);
	m->kept.network = network_id(m->inside, m->ns);
	return err < 0 ? err : addresses_read(m->outside, m->kept.outside.index, &m->kept.addresses);
}

/*
 * Root of a container can remove the device and give its index to another one, but can make none of hardware, and none on a device of the host.
 * `host`: the number of the host's network there. 1: it is the device that went; 0: this cannot be told; -ESTALE: it is not.
 */
static int recognize(const struct link *was, const struct link *found, int host)
{
	if (found->mark_size != was->mark_size || memcmp(found->marks, was->marks, was->mark_size) != 0)
		return -ESTALE;
	if (was->known || was->on < 0 || was->on_network >= 0)
		return was->known != 0;
	return found->on == was->on && found->on_network == host ? 1 : -ESTALE;
}

/* A name that another device has meanwhile is left to it; the kernel does the same when a namespace ends. */
static int free_name(struct net_move *m)
{
	struct link other;

	snprintf(m->came, sizeof(m->came), "%s", m->name);
	for (int i = 0; i < MAX_NAMES; i++) {
		int err = link_find(m->outside, m->came, 0, &other);

		if (err < 0)
			return err == -ENODEV ? 0 : err;
		snprintf(m->came, sizeof(m->came), "dev%d", i);
	}
	return -EEXIST;
}

/* It is looked at again, as it was exchanged perhaps just before it was moved; the kernel has set it down. */
static int restore(const struct net_move *m, const struct link *found)
{
	const struct kept *kept = &m->kept;
	int err, up;

	if (recognize(&kept->outside, found, -1) != 1)
		return kept->outside.up || kept->addresses.count > 0 ? -ENODATA : 0;
	err = addresses_add(m->outside, found->index, &kept->addresses);
	up = kept->outside.up ? link_set_up(m->outside, found->index, true) : 0;
	return err < 0 ? err : up;
}

/* A return that was cut short has brought it to the host; the kernel keeps the index of a device where it can. */
static bool was_returned(const struct net_move *m, struct link *found)
{
	return link_find(m->outside, m->name, 0, found) == 0 && found->index == m->kept.inside && recognize(&m->kept.outside, found, -1) == 1;
}

/* By its index; another device may have its name by now. A move that was cut short has left none: then nobody had the name before. */
int net_move_back(struct net_move *m)
{
	struct link link;
	int err;

	if (m->kept.inside == 0 && link_find(m->outside, NULL, m->kept.outside.index, &link) == 0)
		return 0;
	err = link_find(m->inside, m->kept.inside > 0 ? NULL : m->to, m->kept.inside, &link);
	if (err == 0)
		err = recognize(&m->kept.outside, &link, network_number(m->inside, m->host));
	if (err == -ENODEV || err == -ESTALE)
		return !was_returned(m, &link) ? -err : link.up ? 0 : -restore(m, &link);
	if (err >= 0)
		err = free_name(m);
	if (err == 0)
		err = link_move(m->inside, link.index, m->came, m->host);
	if (err < 0)
		return err;
	err = link_find(m->outside, m->came, 0, &link);
	return -(err < 0 ? err : restore(m, &link));
}

/* The device is not set down first: the kernel does so itself, after it has looked whether it may move it at all. */
static int bring_in(struct net_move *m)
{
	struct link link;
	int err = link_find(m->inside, m->to, 0, &link);

	/* The kernel would refuse the name only when the device is already there, under its old name. */
	if (err != -ENODEV)
		return err == 0 ? -EEXIST : err;
	err = link_move(m->outside, m->kept.outside.index, m->to, m->ns);
	if (err == 0)
		err = link_find(m->inside, m->to, 0, &link);
	if (err < 0)
		return err;
	m->kept.inside = link.index;
	err = addresses_add(m->inside, link.index, &m->kept.addresses);
	return err == 0 ? link_set_up(m->inside, link.index, true) : err;
}

void net_move_give_up(struct parent *c, struct net_move *m)
{
	int err = net_move_back(m);

	if (err != 0)
		add_note(c, c->common.index, err < 0 ? err : -err, "");
}

int net_move_in(struct parent *c, struct net_move *m)
{
	int err = bring_in(m);

	if (err < 0)
		net_move_give_up(c, m);
	return err;
}

static void file_of(char out[64], const char *to)
{
	char *at = append_string(out, out + 64, "device.");

	append_string(at, out + 64, to);
}

/* The file is no longer than necessary, and the second time it has the same length; 0 or -errno. */
int write_kept(struct parent *c, const struct net_move *m)
{
	size_t size = sizeof(m->kept) - (MAX_ADDRESSES - m->kept.addresses.count) * sizeof(struct address);
	cleanup_close int fd = -1;
	char file[64];

	file_of(file, m->to);
	fd = openat(c->dir, file, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	return write(fd, &m->kept, size) == (ssize_t)size ? 0 : -EIO;
}

/* Without the file, or with half of one, the device has not left the host. */
void read_kept(struct parent *c, struct net_move *m)
{
	const size_t least = sizeof(m->kept) - sizeof(m->kept.addresses.all);
	cleanup_close int fd = -1;
	char file[64];
	ssize_t n;

	file_of(file, m->to);
	fd = openat(c->dir, file, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	n = fd < 0 ? 0 : read(fd, &m->kept, sizeof(m->kept));
	if (n < (ssize_t)least || (size_t)n != least + m->kept.addresses.count * sizeof(struct address))
		m->kept = (struct kept){ 0 };
}

int open_netns(const char *path)
{
	cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return -errno;
	return ioctl(fd, NS_GET_NSTYPE_) == CLONE_NEWNET ? steal_fd(&fd) : -EINVAL;
}

void net_move_close(const struct net_move *m)
{
	close_fd(&m->ns);
	close_fd(&m->host);
	close_fd(&m->outside);
	close_fd(&m->inside);
}
