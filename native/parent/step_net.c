#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "parent/net_journey.h"
#include "parent/state.h"
#include "parent/steps.gen.h"
#include "shared/words.h"

int do_net_device(struct parent *c, const struct net_device_args *a)
{
	struct journey j = { .name = a->name, .to = a->to, .host = -1 };
	int fd = netlink_open(), err = fd < 0 ? fd : link_find(fd, a->name, 0, &j.kept.outside);
	char path[64];

	if (err == 0)
		err = addresses_read(fd, j.kept.outside.index, &j.kept.addresses);
	if (fd >= 0)
		close(fd);
	if (err < 0)
		return err;
	proc_path(path, c->common.pid, "ns/net");
	j.ns = open_netns(path);
	j.host = open_netns("/proc/thread-self/ns/net");
	err = j.ns < 0 ? j.ns : j.host < 0 ? j.host : state_dir(c);
	if (err >= 0)
		err = write_kept(c, &j); /* before anything is moved: who is killed meanwhile has told what */
	if (err == 0)
		err = journey_in(&j);
	if (err == 0) {
		err = write_kept(c, &j);
		if (err < 0)
			journey_back(&j);
	}
	if (j.ns >= 0)
		close(j.ns);
	if (j.host >= 0)
		close(j.host);
	return err;
}

/* A name that was taken is an error to tell, though the device is back. */
static int check_name(struct parent *c, const struct journey *j)
{
	char words[64], *at = put_words(words, words + sizeof(words), "it came back as ");

	if (j->came[0] == 0 || strcmp(j->came, j->name) == 0)
		return 0;
	put_words(at, words + sizeof(words), j->came);
	detail(&c->common, words);
	return -EEXIST;
}

static int bring_home(struct parent *c, struct text ns, const char *name, const char *to)
{
	struct journey j = { .name = name, .to = to };
	char path[PATH_MAX];
	int err = text_fill(&c->common, ns, path, sizeof(path));

	if (err == 0)
		err = state_dir(c);
	if (err < 0)
		return err;
	read_kept(c, &j);
	j.ns = open_netns(path);
	if (j.ns < 0) /* never kept, or gone */
		return j.ns == -ENOENT || j.ns == -EINVAL ? 0 : j.ns;
	j.host = open_netns("/proc/thread-self/ns/net");
	err = j.host < 0 ? j.host : journey_back(&j);
	close(j.ns);
	if (j.host >= 0)
		close(j.host);
	return err < 0 ? err : check_name(c, &j);
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
		add_note(c, c->common.place, err, c->common.detail);
	return 0;
}

/* A mount keeps a namespace alive when the last process has left it, as `ip netns` does. */
int do_net_keep(struct parent *c, const struct net_keep_args *a)
{
	char from[64], path[PATH_MAX];
	int err = text_fill(&c->common, a->path, path, sizeof(path)), fd;

	if (err < 0)
		return err;
	fd = open(path, O_RDONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	close(fd);
	proc_path(from, c->common.pid, "ns/net");
	if (mount(from, path, NULL, MS_BIND, NULL) == 0)
		return 0;
	err = -errno;
	unlink(path);
	return err;
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
