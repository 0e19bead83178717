#include "init/links.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "init/root.h"
#include "shared/fd.h"

bool leads_to(int dir, const char *name, const char *target)
{
	char found[PATH_MAX];
	ssize_t size = readlinkat(dir, name, found, sizeof(found));

	return size >= 0 && (size_t)size == strlen(target) && memcmp(found, target, (size_t)size) == 0;
}

int copy_symlink(struct init *c, int link, const char *path)
{
	char target[PATH_MAX];
	ssize_t size = readlinkat(link, "", target, sizeof(target) - 1);
	cleanup_close int dir = -1;
	int err;
	const char *name;

	if (size < 0)
		return -errno;
	target[size] = 0;
	dir = open_parent(c, path, &name);
	if (dir < 0)
		return dir;
	err = symlinkat(target, dir, name) < 0 ? -errno : 0;
	return err == -EEXIST && leads_to(dir, name, target) ? 0 : err;
}
