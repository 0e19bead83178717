#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "parent/namespaces.h"
#include "parent/net_move.h"
#include "parent/state.h"
#include "parent/steps.gen.h"
#include "shared/fd.h"
#include "shared/string_buffer.h"

int do_net_device(struct parent *c, const struct net_device_args *a)
{
	cleanup_net_move struct net_move m = { .name = a->name, .to = a->to, .ns = -1, .host = -1 };
	cleanup_close int fd = netlink_open();
	int err = fd < 0 ? fd : link_find(fd, a->name, 0, &m.kept.outside);
	char path[64];

	if (err == 0)
		err = addresses_read(fd, m.kept.outside.index, &m.kept.addresses);
	if (err < 0)
		return err;
	proc_path(path, c->common.pid, "ns/net");
	m.ns = open_netns(path);
	m.host = open_netns("/proc/thread-self/ns/net");
	err = m.ns < 0 ? m.ns : m.host < 0 ? m.host : state_dir(c);
	if (err >= 0)
		err = write_kept(c, &m); /* before anything is moved: if this process is killed meanwhile, delete finds the record */
	if (err == 0)
		err = net_move_in(&m);
	if (err < 0)
		return err;
	err = write_kept(c, &m);
	if (err < 0)
		net_move_back(&m);
	return err;
}

/* A name that was taken is an error to tell, though the device is back. */
static int check_name(struct parent *c, const struct net_move *m)
{
	char words[64], *at = append_string(words, words + sizeof(words), "it came back as ");

	if (m->came[0] == 0 || strcmp(m->came, m->name) == 0)
		return 0;
	append_string(at, words + sizeof(words), m->came);
	detail(&c->common, words);
	return -EEXIST;
}

static int bring_home(struct parent *c, struct text ns, const char *name, const char *to)
{
	cleanup_net_move struct net_move m = { .name = name, .to = to, .ns = -1, .host = -1 };
	char path[PATH_MAX];
	int err = text_fill(&c->common, ns, path, sizeof(path));

	if (err == 0)
		err = state_dir(c);
	if (err < 0)
		return err;
	read_kept(c, &m);
	m.ns = open_netns(path);
	if (m.ns < 0) /* never kept, or gone */
		return m.ns == -ENOENT || m.ns == -EINVAL ? 0 : m.ns;
	m.host = open_netns("/proc/thread-self/ns/net");
	err = m.host < 0 ? m.host : net_move_back(&m);
	return err < 0 ? err : check_name(c, &m);
}

int undo_net_device(struct parent *c, const struct net_device_args *a)
{
	return bring_home(c, a->path, a->name, a->to);
}

/* Its failure must not keep a container from being deleted: it is told, and the kernel has the last word on the device. */
int do_net_return(struct parent *c, const struct net_return_args *a)
{
	int err = bring_home(c, a->path, a->name, a->to);

	if (err < 0)
		add_note(c, c->common.index, err, c->common.detail);
	return 0;
}

/* A mount keeps a namespace alive when the last process has left it, as `ip netns` does. */
int do_net_keep(struct parent *c, const struct net_keep_args *a)
{
	char from[64], path[PATH_MAX];
	bool made;
	int err = text_fill(&c->common, a->path, path, sizeof(path));

	if (err < 0)
		return err;
	proc_path(from, c->common.pid, "ns/net");
	return hold_namespace(from, path, true, &made);
}

static int let_go(struct parent *c, struct text file)
{
	char path[PATH_MAX];
	int err = text_fill(&c->common, file, path, sizeof(path));

	if (err < 0)
		return err;
	/* EINVAL: nothing is mounted there. */
	if (umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW) < 0 && errno != EINVAL && errno != ENOENT)
		return -errno;
	return unlink(path) < 0 && errno != ENOENT ? -errno : 0;
}

int undo_net_keep(struct parent *c, const struct net_keep_args *a)
{
	return let_go(c, a->path);
}

int do_net_release(struct parent *c, const struct net_release_args *a)
{
	return let_go(c, a->path);
}
