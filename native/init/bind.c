#include "init/bind.h"

#include <errno.h>
#include <sys/stat.h>

#include "init/links.h"
#include "init/mounts.h"
#include "init/root.h"
#include "init/slots.h"
#include "init/target.h"
#include "init/undo_mounts.h"
#include "shared/fd.h"

/*
 * EPERM means that the namespace that the mount comes from has locked a flag. Then only those flags are cleared that the config itself wants
 * cleared.
 */
static int bind_attributes(int fd, const struct bind_args *a)
{
	int err = set_attributes(fd, false, a->set, a->clear, 0);

	if (err == -EPERM && a->clear != a->must_clear)
		err = set_attributes(fd, false, a->set, a->must_clear, 0);
	return err < 0 ? err : set_attributes(fd, true, a->recursive_set, a->recursive_clear, 0);
}

static int bind_tree(struct init *c, const struct bind_args *a, int fd)
{
	cleanup_close int target = -1;
	struct stat st;
	enum make make;
	int err;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (a->copy_symlink && S_ISLNK(st.st_mode))
		return copy_symlink(c, fd, a->target);
	make = S_ISDIR(st.st_mode) ? MAKE_DIR : MAKE_FILE;
	target = a->nofollow ? open_last(c, a->target, make) : open_target(c, a->target, a->no_symlinks, make);
	if (target < 0)
		return target;
	err = refuse_proc(c, target, fd, a->proc_file);
	if (err == 0)
		err = bind_attributes(fd, a);
	if (err == 0)
		err = keep_mount(c, fd);
	if (err == 0)
		err = attach(fd, target);
	return err < 0 ? err : set_attributes(fd, false, 0, 0, a->propagation);
}

int bind_slot(struct init *c, const struct bind_args *a)
{
	cleanup_close int fd = slot_take(c, a->slot);

	return fd < 0 ? fd : bind_tree(c, a, fd);
}
