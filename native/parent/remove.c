#include "parent/remove.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/fd.h"

enum { MAX_DEPTH = 64 };

static int remove_below(int dir, const char *name, dev_t device, int depth)
{
	cleanup_close int opened = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct dirent *entry;
	struct stat st;
	DIR *folder;
	int fd, err = 0;

	if (opened < 0)
		return errno == ENOENT ? 0 : -errno;
	if (depth == MAX_DEPTH || fstat(opened, &st) < 0 || st.st_dev != device)
		return -EBUSY;
	folder = fdopendir(opened);
	if (folder == NULL)
		return -ENOMEM;
	fd = steal_fd(&opened); /* closedir() closes it */
	while (err == 0 && (entry = readdir(folder)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (unlinkat(fd, entry->d_name, 0) == 0 || errno == ENOENT)
			continue;
		err = errno == EISDIR || errno == EPERM ? remove_below(fd, entry->d_name, device, depth + 1) : -errno;
	}
	closedir(folder);
	if (err == 0 && unlinkat(dir, name, AT_REMOVEDIR) < 0 && errno != ENOENT)
		err = -errno;
	return err;
}

int remove_tree(int dir, const char *name)
{
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : -errno;
	return remove_below(dir, name, st.st_dev, 0);
}
