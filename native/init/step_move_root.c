#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "wire/steps.gen.h"
#include "init/tree.h"

enum { MAX_MOUNTINFO = 1 << 20 };

static int cover(const char *path)
{
	if (umount2(path, MNT_DETACH) == 0)
		return 0;
	return mount("none", path, "tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=0") < 0 ? -errno : 0;
}

/* proc(5), mountinfo: the fifth word is where, the one after " - " is what. The last line is the topmost mount. */
static int cover_line(char *line)
{
	const char *kind = strstr(line, " - ");
	char *save = NULL, *path = NULL;

	if (kind == NULL || (strncmp(kind + 3, "proc ", 5) != 0 && strncmp(kind + 3, "sysfs ", 6) != 0))
		return 0;
	for (int i = 0; i < 5; i++)
		path = strtok_r(i == 0 ? line : NULL, " ", &save);
	return path == NULL ? -EBADMSG : cover(path);
}

/* Lines are worked off from the end, as a read that was cut short would lose the topmost. */
static int cover_all(char *text, size_t size)
{
	while (size > 0) {
		char *line;
		int err;

		text[--size] = 0;
		line = memrchr(text, '\n', size);
		line = line == NULL ? text : line + 1;
		size = (size_t)(line - text);
		err = cover_line(line);
		if (err < 0)
			return err;
	}
	return 0;
}

/* From where the bundle has it: a process that leaves its chroot stands in it again. */
static int move_over_root(struct context *c)
{
	int top = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC), err;

	if (top < 0)
		return -errno;
	err = attach(c->root_fd, top);
	close(top);
	return err;
}

/*
 * Without pivot_root the host's mounts stay below the old root, and a container that leaves its chroot would find the host's
 * procfs and sysfs unmasked: they go first.
 */
int do_move_root(struct context *c)
{
	static char text[MAX_MOUNTINFO];
	int fd = -1, err = move_over_root(c);
	size_t used = 0;
	ssize_t n = 1;

	if (err == 0)
		fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err < 0 ? err : -errno;
	while (used < sizeof(text) && (n = read(fd, text + used, sizeof(text) - used)) > 0)
		used += (size_t)n;
	close(fd);
	if (n != 0)
		return -E2BIG;
	err = cover_all(text, used);
	return err < 0 ? err : do_chroot(c);
}
