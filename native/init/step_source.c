#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "init/mounts.h"
#include "init/open_files.h"
#include "init/root.h"
#include "init/slots.h"
#include "init/steps.gen.h"
#include "shared/fd.h"
#include "shared/linux.h"

/* The rootfs: a folder by its own name, as a symlink in it could be changed between the check and the use. */
static int open_strict(const char *path)
{
	struct open_how_ how = { O_PATH | O_DIRECTORY | O_CLOEXEC, 0, RESOLVE_NO_SYMLINKS_ };

	return SYS(SYS_openat2, AT_FDCWD, path, &how, sizeof(how));
}

static int open_source(struct init *c, const char *path, const struct source_args *a, const struct slot *s)
{
	cleanup_close int at = a->strict ? open_strict(path) : open_on_host(c, path, a->nofollow);

	return at < 0 || s->late ? steal_fd(&at) : clone_mount(at, s);
}

/*
 * The kernel takes the working directory along into a new mount namespace. So the folder is found in there too where the root of the
 * container may not walk the path that leads to it.
 */
int do_rootfs(struct init *c, const struct rootfs_args *a)
{
	cleanup_close int fd = open_strict(a->path);

	(void)c;
	if (fd < 0)
		return fd;
	return fchdir(fd) < 0 ? -errno : 0;
}

/* Into the mount namespace one comes at its root. A root that is so by chroot alone is where it was made, as no image says where that is. */
int do_enter_root(struct init *c, const struct enter_root_args *a)
{
	c->root_fd = open_strict(a->path);
	if (c->root_fd < 0)
		return c->root_fd;
	if (fchdir(c->root_fd) < 0 || (strcmp(a->path, "/") != 0 && chroot(".") < 0))
		return -errno;
	return 0;
}

/* With an empty path, AT_FDCWD is the working directory itself: hooks find the root where the bundle has it (config.md, Hooks). */
static int attach_root(struct init *c, int tree)
{
	if (tree < 0)
		return tree;
	c->root_fd = tree;
	return attach(tree, AT_FDCWD);
}

int do_root(struct init *c, const struct root_args *a)
{
	struct slot whole = { .propagation = a->propagation, .recursive = true };

	return attach_root(c, clone_mount(AT_FDCWD, &whole));
}

int do_joined_root(struct init *c, const struct joined_root_args *a)
{
	return attach_root(c, slot_take(c, a->slot));
}

int do_source(struct init *c, const struct source_args *a)
{
	struct slot s = { .propagation = a->propagation, .late = a->late, .recursive = a->recursive };
	char path[PATH_MAX];
	int fd, err = text_fill(&c->common, a->path, path, sizeof(path));

	if (err < 0 || a->slot >= c->slot_count)
		return err < 0 ? err : -EBADMSG;
	fd = open_source(c, path, a, &s);
	if (more_files(c, fd))
		fd = open_source(c, path, a, &s);
	if (fd < 0)
		return fd;
	s.number = fd + 1;
	c->slots[a->slot] = s;
	return 0;
}

/* Then a recursive clone would have in it all that is mounted in the container. */
static bool is_root(struct init *c, int fd)
{
	struct stat a, b;

	return fstat(fd, &a) < 0 || fstat(c->root_fd, &b) < 0 || is_same_file(&a, &b);
}

/*
 * What is masked or read-only at its own path would be open at the new one. The config may ask for that, but a link of the image may not lead
 * there. Then the same path is opened again without following links.
 */
static int refuse_link(struct init *c, const struct source_in_root_args *a, int found)
{
	cleanup_close int owned = found;
	int kernels = is_kernels(found), fd;

	if (kernels == 0 && !(a->recursive && is_root(c, found)))
		return steal_fd(&owned);
	if (kernels < 0)
		return kernels;
	fd = open_no_symlinks(c, a->path, MAKE_NOTHING);
	if (fd != -ELOOP)
		return fd;
	detail(&c->common, "a link of the image leads into a file system of the kernel");
	return -EPERM;
}

/*
 * The source may exist only since an earlier mount of the config, and a link of the image may be on the way to it. So it is searched only
 * inside the root.
 */
int do_source_in_root(struct init *c, const struct source_in_root_args *a)
{
	struct slot s = { .propagation = a->propagation, .late = true, .recursive = a->recursive };
	int fd;

	if (a->slot >= c->slot_count)
		return -EBADMSG;
	fd = a->nofollow ? open_last(c, a->path, MAKE_NOTHING) : open_in_root(c, a->path, MAKE_NOTHING);
	fd = fd < 0 ? fd : refuse_link(c, a, fd);
	if (fd < 0)
		return fd;
	s.number = fd + 1;
	c->slots[a->slot] = s;
	return 0;
}
