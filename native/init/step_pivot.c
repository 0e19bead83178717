#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <unistd.h>

#include "init/mounts.h"
#include "init/open_files.h"
#include "init/steps.gen.h"
#include "shared/fd.h"
#include "shared/linux.h"

enum { MAX_MOUNTINFO = 1 << 20 };

static int cover(const char *path)
{
	if (umount2(path, MNT_DETACH) == 0)
		return 0;
	return mount("none", path, "tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=0") < 0 ? -errno : 0;
}

/* A blank, a tab, a line end and a backslash stand in a path as `\\` and three octal digits. */
static void decode(char *path)
{
	char *to = path;

	for (const char *from = path; *from != 0; to++) {
		if (from[0] == '\\' && from[1] != 0 && from[2] != 0 && from[3] != 0) {
			*to = (char)((from[1] - '0') << 6 | (from[2] - '0') << 3 | (from[3] - '0'));
			from += 4;
		} else {
			*to = *from++;
		}
	}
	*to = 0;
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
	if (path == NULL)
		return -EBADMSG;
	decode(path);
	return cover(path);
}

/* The lines are handled from the last to the first, as the last is the topmost mount. */
static int cover_lines(char *text, size_t size)
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

static int cover_all(void)
{
	char *text = mmap(NULL, MAX_MOUNTINFO, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	cleanup_close int fd = text == MAP_FAILED ? -1 : open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	int err = fd < 0 ? -errno : 0;
	size_t used = 0;
	ssize_t n = 1;

	while (err == 0 && used < MAX_MOUNTINFO && (n = read(fd, text + used, MAX_MOUNTINFO - used)) > 0)
		used += (size_t)n;
	if (err == 0)
		err = n != 0 ? -E2BIG : cover_lines(text, used);
	if (text != MAP_FAILED)
		munmap(text, MAX_MOUNTINFO);
	return err;
}

/* The root is moved from its path in the bundle to `/`, so that a process that leaves its chroot stands in the container's root again. */
static int move_over_root(struct init *c)
{
	cleanup_close int top = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

	return top < 0 ? -errno : attach(c->root_fd, top);
}

/*
 * pivot_root(2), Notes: with both arguments "." the old root lies over the new one at `/`, and is unmounted from there. It
 * becomes a slave first, so that the unmount stays here.
 */
int do_pivot(struct init *c)
{
	cleanup_close int old = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (old < 0)
		return -errno;
	if (fchdir(c->root_fd) < 0 || syscall(SYS_pivot_root, ".", ".") < 0 || fchdir(old) < 0 ||
	    mount(NULL, ".", NULL, MS_SLAVE | MS_REC, NULL) < 0 || umount2(".", MNT_DETACH) < 0 || chdir("/") < 0)
		return -errno;
	return usual_files(c);
}

int do_chroot(struct init *c)
{
	return fchdir(c->root_fd) < 0 || chroot(".") < 0 || chdir("/") < 0 ? -errno : usual_files(c);
}

/*
 * Without pivot_root the host's mounts stay below the old root, and a container that leaves its chroot would find the host's
 * procfs and sysfs unmasked: they go first.
 */
int do_move_root(struct init *c)
{
	int err = move_over_root(c);

	if (err == 0)
		err = cover_all();
	return err < 0 ? err : do_chroot(c);
}
