#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>

#include "parent/cover.h"
#include "parent/made.h"
#include "parent/steps.gen.h"
#include "shared/linux.h"
#include "shared/string_buffer.h"

/*
 * Without a mount namespace of its own the root of a container covers its folder in that of the host, on which an engine has mounted something
 * before. So the id of what lies below is recorded before, and that of the root afterwards: no other mount is ever unmounted.
 */

int mount_over(const char *path, uint64_t *id)
{
	struct statx_ found;
	int err = SYS(SYS_statx, AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, STATX_MNT_ID_ | STATX_MNT_ID_UNIQUE_, &found);

	*id = err < 0 ? 0 : found.mount;
	return err;
}

int do_uncover(struct parent *c, const struct uncover_args *a)
{
	struct lines line = { .end = line.text };
	const char *limit = line.text + sizeof(line.text);
	int err = mount_over(a->path, &c->below);

	if (err < 0)
		return err;
	line.end = append_string(line.end, limit, "below ");
	line.end = append_number(line.end, limit, c->below);
	line.end = append_string(line.end, limit, "\n");
	err = write_lines(c, &line);
	if (err == 0)
		c->covered = a->path;
	return err;
}

/* `cover`: the root of the container; 0: it is not known, and is what lies over `below`. */
static int unmount(const char *path, uint64_t cover, uint64_t below)
{
	uint64_t top;
	int err = mount_over(path, &top);

	if (err < 0)
		return err == -ENOENT ? 0 : err;
	if (cover != 0 ? top != cover : top == below)
		return 0;
	return umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW) < 0 && errno != EINVAL && errno != ENOENT ? -errno : 0;
}

int undo_uncover(struct parent *c, const struct uncover_args *a)
{
	return unmount(a->path, c->cover, c->below);
}

int do_unmount(struct parent *c, const struct unmount_args *a)
{
	(void)c;
	return unmount(a->path, a->cover, a->below);
}
