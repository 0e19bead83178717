#include "parent/cgroup_walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/fd.h"

static DIR *open_folder(int dir, const char *name)
{
	cleanup_close int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);

	if (folder != NULL)
		steal_fd(&fd);
	return folder;
}

static struct dirent *next_below(DIR *folder)
{
	struct dirent *entry;

	while ((entry = readdir(folder)) != NULL)
		if (entry->d_type == DT_DIR && strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			return entry;
	return NULL;
}

/* Where a walk goes on in each folder above the one it is in. */
struct trail {
	long *positions;
	size_t depth, room;
};

static bool remember(struct trail *t, long position)
{
	if (t->depth == t->room) {
		size_t room = t->room == 0 ? 64 : t->room * 2;
		long *positions = realloc(t->positions, room * sizeof(*positions));

		if (positions == NULL)
			return false;
		t->positions = positions;
		t->room = room;
	}
	t->positions[t->depth++] = position;
	return true;
}

/* Into a folder, or out of it again; NULL with errno. */
static DIR *move_to(DIR *from, const char *name)
{
	DIR *to = open_folder(dirfd(from), name);

	if (to != NULL)
		closedir(from);
	return to;
}

int walk_cgroups(int top, int (*visit)(int dir, void *arg), void *arg)
{
	struct trail trail = { 0 };
	DIR *at = open_folder(top, "."), *next;
	int err = at == NULL ? -errno : visit(dirfd(at), arg);

	while (err == 0) {
		struct dirent *entry = next_below(at);

		if (entry == NULL && trail.depth == 0)
			break;
		if (entry != NULL && !remember(&trail, telldir(at))) {
			err = -ENOMEM;
			break;
		}
		next = move_to(at, entry == NULL ? ".." : entry->d_name);
		if (next != NULL) {
			at = next;
			if (entry != NULL)
				err = visit(dirfd(at), arg);
			else
				seekdir(at, trail.positions[--trail.depth]);
		} else if (entry != NULL && errno == ENOENT) {
			trail.depth--; /* it has gone meanwhile */
		} else {
			err = -errno;
		}
	}
	if (at != NULL)
		closedir(at);
	free(trail.positions);
	return err;
}

/* Removes those directly below that are empty; a copy of the name of one that is not, or "". */
static int remove_empty(DIR *at, char name[NAME_MAX + 1], int *removed)
{
	struct dirent *entry;

	*name = 0;
	rewinddir(at);
	while ((entry = next_below(at)) != NULL) {
		if (unlinkat(dirfd(at), entry->d_name, AT_REMOVEDIR) == 0 || errno == ENOENT) {
			++*removed;
			continue;
		}
		if (errno != EBUSY)
			return -errno;
		strcpy(name, entry->d_name);
		return 0;
	}
	return 0;
}

/*
 * Down to what cannot be removed yet, and up again when it is empty. One that was just entered, as it could not be removed, and that has
 * nothing below it, has processes in it.
 */
int remove_below_cgroup(int top)
{
	char name[NAME_MAX + 1];
	DIR *at = open_folder(top, "."), *next;
	int depth = 0, removed = 1, err = at == NULL ? -errno : 0;

	while (err == 0) {
		err = remove_empty(at, name, &removed);
		if (err == 0 && *name == 0 && (depth == 0 || removed == 0))
			err = depth == 0 ? 1 : -EBUSY;
		if (err != 0)
			break;
		next = move_to(at, *name == 0 ? ".." : name);
		if (next == NULL) {
			err = errno == ENOENT && *name != 0 ? 0 : -errno;
			continue;
		}
		at = next;
		depth += *name == 0 ? -1 : 1;
		removed = *name == 0;
	}
	if (at != NULL)
		closedir(at);
	return err > 0 ? 0 : err;
}
