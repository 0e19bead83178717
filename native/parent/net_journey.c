#include "parent/net_journey.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "parent/parent.h"
#include "shared/process.h"
#include "shared/words.h"

#define NS_GET_NSTYPE_ 0xb703

enum { MAX_NAMES = 100 };

/*
 * By its index; another device may have its name by now, as one of a namespace that was joined. A journey that was cut short has left no index:
 * then the name is its own, as nobody had it before, unless the device never left the host.
 */
static int find_inside(struct journey *j, struct link *found)
{
	if (j->kept.inside > 0)
		return link_find(j->inside, NULL, j->kept.inside, found);
	if (!j->moved && (j->kept.outside.index <= 0 || link_find(j->outside, NULL, j->kept.outside.index, found) == 0))
		return -ENODEV;
	return link_find(j->inside, j->to, 0, found);
}

/* A name that another device has meanwhile is left to it; the kernel does the same when a namespace ends. */
static int free_name(struct journey *j)
{
	struct link other;

	snprintf(j->came, sizeof(j->came), "%s", j->name);
	for (int i = 0; i < MAX_NAMES; i++) {
		int err = link_find(j->outside, j->came, 0, &other);

		if (err < 0)
			return err == -ENODEV ? 0 : err;
		snprintf(j->came, sizeof(j->came), "dev%d", i);
	}
	return -EEXIST;
}

/* Down first: a device that is up keeps its name, and would lose its addresses anyway. */
static int bring_back(struct journey *j)
{
	struct link link;
	int err = find_inside(j, &link);

	if (err < 0)
		return err == -ENODEV ? 0 : err; /* back already, or gone with its own network */
	err = free_name(j);
	if (err == 0)
		err = link_set_up(j->inside, link.index, false);
	if (err == 0)
		err = link_move(j->inside, link.index, j->came, j->host);
	if (err == 0)
		err = link_find(j->outside, j->came, 0, &link);
	if (err == 0)
		err = addresses_add(j->outside, link.index, &j->kept.addresses);
	if (err == 0 && j->kept.outside.up)
		err = link_set_up(j->outside, link.index, true);
	return err;
}

static int bring_in(struct journey *j)
{
	struct link link;
	int err = link_find(j->inside, j->to, 0, &link);

	/* The kernel would find out only when the device is there, under its old name. */
	if (err != -ENODEV)
		return err == 0 ? -EEXIST : err;
	err = link_set_up(j->outside, j->kept.outside.index, false);
	if (err == 0)
		err = link_move(j->outside, j->kept.outside.index, j->to, j->ns);
	if (err < 0) {
		link_set_up(j->outside, j->kept.outside.index, j->kept.outside.up);
		return err;
	}
	j->moved = true;
	err = link_find(j->inside, j->to, 0, &link);
	if (err < 0)
		return err;
	j->kept.inside = link.index;
	err = addresses_add(j->inside, link.index, &j->kept.addresses);
	return err == 0 ? link_set_up(j->inside, link.index, true) : err;
}

/* In a child of its own, as only it enters the container's namespace; memory is shared with the caller, who stands still. */
static int travel(struct journey *j, int (*way)(struct journey *))
{
	int err = j->outside = netlink_open();

	if (err >= 0)
		err = setns(j->ns, CLONE_NEWNET) < 0 ? -errno : 0;
	if (err == 0)
		err = j->inside = netlink_open();
	if (err >= 0)
		err = way(j);
	if (j->moved && err < 0)
		bring_back(j);
	return err;
}

static int child_in(void *arg)
{
	struct journey *j = arg;

	j->error = travel(j, bring_in);
	return 0;
}

static int child_back(void *arg)
{
	struct journey *j = arg;

	j->error = travel(j, bring_back);
	return 0;
}

static int in_child(int (*fn)(void *), struct journey *j)
{
	int pidfd, pid = spawn_child(fn, j, 0, -1, &pidfd);

	if (pid < 0)
		return pid;
	reap_child(pid);
	close(pidfd);
	return j->error;
}

int journey_in(struct journey *j)
{
	return in_child(child_in, j);
}

int journey_back(struct journey *j)
{
	return in_child(child_back, j);
}

static void file_of(char out[64], const char *to)
{
	char *at = put_words(out, out + 64, "device.");

	put_words(at, out + 64, to);
}

/* As long as it has to be, the second time too; 0 or -errno. */
int write_kept(struct parent *c, const struct journey *j)
{
	size_t size = sizeof(j->kept) - (MAX_ADDRESSES - j->kept.addresses.count) * sizeof(struct address);
	char file[64];
	int fd, err = 0;

	file_of(file, j->to);
	fd = openat(c->dir, file, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	if (write(fd, &j->kept, size) != (ssize_t)size)
		err = -EIO;
	close(fd);
	return err;
}

/* Without the file, or with half of one, the device has not left the host. */
void read_kept(struct parent *c, struct journey *j)
{
	const size_t least = sizeof(j->kept) - sizeof(j->kept.addresses.all);
	char file[64];
	ssize_t n;
	int fd;

	file_of(file, j->to);
	fd = openat(c->dir, file, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	n = fd < 0 ? 0 : read(fd, &j->kept, sizeof(j->kept));
	if (fd >= 0)
		close(fd);
	if (n < (ssize_t)least || (size_t)n != least + j->kept.addresses.count * sizeof(struct address))
		j->kept = (struct kept){ 0 };
}

int open_netns(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return -errno;
	if (ioctl(fd, NS_GET_NSTYPE_) == CLONE_NEWNET)
		return fd;
	close(fd);
	return -EINVAL;
}
