#include <errno.h>
#include <sys/mount.h>
#include <unistd.h>

#include "parent/namespaces.h"
#include "parent/steps.gen.h"
#include "shared/string_buffer.h"

/* A namespace of the init that outlives it, by a bind mount of its file (namespaces(7)). */
int do_pin(struct parent *c, const struct pin_args *a)
{
	char path[64];
	bool made;
	int err;

	proc_path(path, c->common.pid, a->file);
	err = hold_namespace(path, a->path, false, &made);
	if (err == 0 && made)
		c->pins |= a->type;
	return err;
}

int undo_pin(struct parent *c, const struct pin_args *a)
{
	int err = umount2(a->path, MNT_DETACH | UMOUNT_NOFOLLOW) < 0 ? -errno : 0;

	if (err == 0 && c->pins & a->type && unlink(a->path) < 0)
		err = -errno;
	return err;
}
