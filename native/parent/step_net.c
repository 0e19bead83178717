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
	cleanup_net_move struct net_move m = { .name = a->name, .to = a->to, .ns = -1, .host = -1, .outside = -1, .inside = -1 };
	char path[64];
	int err;

	proc_path(path, c->common.pid, "ns/net");
	err = net_move_open(&m, path);
	if (err == 0)
		err = net_move_look(&m);
	if (err == 0)
		err = state_dir(c);
	if (err >= 0)
		err = write_kept(c, &m); /* before anything is moved: if this process is killed meanwhile, delete finds the record */
	if (err == 0)
		err = net_move_in(c, &m);
	if (err < 0)
		return err;
	err = write_kept(c, &m);
	if (err < 0)
		net_move_give_up(c, &m);
	return err;
}

/* A name that was taken is told, though the device is back. */
static int check_name(struct parent *c, const struct net_move *m)
{
	char words[64], *at = append_string(words, words + sizeof(words), "it came back as ");

	if (m->came[0] == 0 || strcmp(m->came, m->name) == 0)
		return 0;
	append_string(at, words + sizeof(words), m->came);
	detail(&c->common, words);
	return EEXIST;
}

/*
 * The path may lead to another network than that which was joined, with devices of others, and this process may be in another one than who
 * created the container. A positive errno is for a note, as that of net_move_back.
 */
static int bring_home(struct parent *c, struct text ns, const char *name, const char *to)
{
	cleanup_net_move struct net_move m = { .name = name, .to = to, .ns = -1, .host = -1, .outside = -1, .inside = -1 };
	char path[PATH_MAX];
	int taken = 0, err = text_fill(&c->common, ns, path, sizeof(path));

	if (err == 0)
		err = state_dir(c);
	if (err < 0)
		return err;
	read_kept(c, &m);
	if (m.kept.outside.index == 0)
		return 0; /* it has not left the host */
	err = net_move_open(&m, path);
	if (err == -ENOENT || err == -EINVAL)
		return m.kept.inside > 0 ? ENODEV : 0;
	if (err < 0)
		return err;
	if (network_id(m.outside, m.host) != m.kept.host)
		return EXDEV;
	if (network_id(m.inside, m.ns) != m.kept.network)
		return ENODEV;
	err = net_move_back(&m);
	if (err >= 0)
		taken = check_name(c, &m);
	return err != 0 ? err : taken;
}

int undo_net_device(struct parent *c, const struct net_device_args *a)
{
	int err = bring_home(c, a->path, a->name, a->to);

	return err > 0 && !c->unwind ? -err : err; /* a create tells its failure alone, and this when what is left is deleted */
}

/* Its failure must not keep a container from being deleted: it is told, and the kernel has the last word on the device. */
int do_net_return(struct parent *c, const struct net_return_args *a)
{
	int err = bring_home(c, a->path, a->name, a->to);

	if (err != 0)
		add_note(c, c->common.index, err < 0 ? err : -err, c->common.detail);
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
