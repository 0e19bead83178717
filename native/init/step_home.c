#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "init/root.h"
#include "init/steps.gen.h"
#include "shared/fd.h"
#include "shared/linux.h"

enum { LINE_SIZE = 4096, TRIES = 100 };

/*
 * -EINVAL: it is not a regular file, or it is a file of the kernel's. To read a file of procfs or sysfs can make the kernel tell or do
 * something with our rights.
 */
static int check_plain(int fd)
{
	struct stat st;
	int kernels;

	if (fstat(fd, &st) < 0)
		return -errno;
	kernels = is_kernels(fd);
	if (kernels < 0)
		return kernels;
	return S_ISREG(st.st_mode) && kernels == 0 ? 0 : -EINVAL;
}

static int open_inside(struct init *c, uint64_t flags)
{
	struct open_how_ how = { .flags = flags | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT_ | RESOLVE_NO_MAGICLINKS_ };
	int fd = -EAGAIN;

	for (int i = 0; fd == -EAGAIN && i < TRIES; i++) /* something was renamed on the way */
		fd = SYS(SYS_openat2, c->root_fd, "etc/passwd", &how, sizeof(how));
	return fd;
}

/*
 * /etc/passwd is the image's. It may be a link, through several, to any regular file inside. What it leads to is looked at before it is
 * opened, as an open alone does things to a device, and again before it is read, as it may have been exchanged.
 */
static int open_passwd(struct init *c)
{
	cleanup_close int found = open_inside(c, O_PATH), fd = -1;
	int err = found < 0 ? found : check_plain(found);

	if (err < 0)
		return err;
	fd = open_inside(c, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	err = fd < 0 ? fd : check_plain(fd);
	return err < 0 ? err : steal_fd(&fd);
}

/* passwd(5): name:password:uid:gid:gecos:directory:shell */
static char *field(char *line, int n)
{
	while (n-- > 0 && line != NULL) {
		line = strchr(line, ':');
		if (line != NULL)
			line++;
	}
	return line;
}

/* The home of a line that is this user's; empty: it has none. NULL: the line is another's. */
static char *home_in(char *line, uint32_t uid)
{
	char *number = field(line, 2), *end, *home = field(line, 5);

	if (home == NULL || number[0] < '0' || number[0] > '9' || strtoul(number, &end, 10) != uid || *end != ':')
		return NULL;
	home[strcspn(home, ":")] = 0;
	return home;
}

/*
 * The first line of the user, whatever the size of the file; a line that is longer than any path is nobody's. A NUL ends it: a file with
 * a hole in it could be endless.
 */
static int find_home(int fd, uint32_t uid, char out[PATH_MAX])
{
	char text[LINE_SIZE + 1], *end, *home;
	size_t used = 0;
	bool cut = false; /* the beginning of this line is gone */

	for (;;) {
		ssize_t n = read(fd, text + used, LINE_SIZE - used);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0 && used == 0)
			return 0;
		used += (size_t)n;
		text[used] = 0;
		while ((end = memchr(text, '\n', used)) != NULL || n == 0) {
			char *line = text;

			if (end == NULL)
				end = text + used;
			*end = 0;
			home = cut ? NULL : home_in(line, uid);
			if (home != NULL && *home != 0 && strlen(home) < PATH_MAX)
				strcpy(out, home);
			if (home != NULL || end == text + used)
				return 0;
			cut = false;
			used -= (size_t)(end + 1 - text);
			memmove(text, end + 1, used + 1);
		}
		if (strlen(text) != used)
			return 0;
		cut = cut || used == LINE_SIZE;
		used = used == LINE_SIZE ? 0 : used;
	}
}

/* What an image alone can bring about: a passwd that is not there, leads nowhere, is no file, or is not for us. */
static bool is_the_images(int err)
{
	static const int errors[] = { ENOENT, ENOTDIR, ELOOP, EINVAL, EACCES, EPERM, EXDEV, ENXIO, ENODEV, ENAMETOOLONG, EAGAIN };

	for (size_t i = 0; i < sizeof(errors) / sizeof(*errors); i++)
		if (err == -errors[i])
			return true;
	return false;
}

int do_home(struct init *c, const struct home_args *a)
{
	cleanup_close int fd = open_passwd(c);

	strcpy(c->home, "HOME=/");
	c->common.home = c->home;
	if (fd < 0)
		return is_the_images(fd) ? 0 : fd;
	return find_home(fd, a->uid, c->home + 5);
}
