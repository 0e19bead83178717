#include "parent/net_move.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "parent/parent.h"
#include "shared/fd.h"
#include "shared/linux.h"
#include "shared/string_buffer.h"

enum { MAX_NAMES = 100 };

/*
 * By its index; another device may have its name by now, as one of a namespace that was joined. A move that was cut short has left no index:
 * then the name is its own, as nobody had it before, unless the device never left the host.
 */
static int find_inside(struct net_move *m, struct link *found)
{
	if (m->kept.inside > 0)
		return link_find(m->inside, NULL, m->kept.inside, found);
	if (!m->moved && (m->kept.outside.index <= 0 || link_find(m->outside, NULL, m->kept.outside.index, found) == 0))
		return -ENODEV;
	return link_find(m->inside, m->to, 0, found);
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

/* The device is set down first: the name of a device that is up cannot be changed, and it would lose its addresses anyway. */
int net_move_back_between(struct net_move *m)
{
	struct link link;
	int err = find_inside(m, &link);

	if (err < 0)
		return err == -ENODEV ? 0 : err; /* back already, or gone with its own network */
	err = free_name(m);
	if (err == 0)
		err = link_set_up(m->inside, link.index, false);
	if (err == 0)
		err = link_move(m->inside, link.index, m->came, m->host);
	if (err == 0)
		err = link_find(m->outside, m->came, 0, &link);
	if (err == 0)
		err = addresses_add(m->outside, link.index, &m->kept.addresses);
	if (err == 0 && m->kept.outside.up)
		err = link_set_up(m->outside, link.index, true);
	return err;
}

static int bring_in(struct net_move *m)
{
	struct link link;
	int err = link_find(m->inside, m->to, 0, &link);

	/* The kernel would refuse the name only when the device is already there, under its old name. */
	if (err != -ENODEV)
		return err == 0 ? -EEXIST : err;
	err = link_set_up(m->outside, m->kept.outside.index, false);
	if (err == 0)
		err = link_move(m->outside, m->kept.outside.index, m->to, m->ns);
	if (err < 0) {
		link_set_up(m->outside, m->kept.outside.index, m->kept.outside.up);
		return err;
	}
	m->moved = true;
	err = link_find(m->inside, m->to, 0, &link);
	if (err < 0)
		return err;
	m->kept.inside = link.index;
	err = addresses_add(m->inside, link.index, &m->kept.addresses);
	return err == 0 ? link_set_up(m->inside, link.index, true) : err;
}

int net_move_between(struct net_move *m)
{
	int err = bring_in(m);

	if (m->moved && err < 0)
		net_move_back_between(m);
	return err;
}

static int travel(struct net_move *m, int (*way)(struct net_move *))
{
	cleanup_close int outside = netlink_open(), inside = outside < 0 ? outside : netlink_open_in(m->ns);

	m->outside = outside;
	m->inside = inside;
	return inside < 0 ? inside : way(m);
}

int net_move_in(struct net_move *m)
{
	return travel(m, net_move_between);
}

int net_move_back(struct net_move *m)
{
	return travel(m, net_move_back_between);
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
}
