#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "linux.h"
#include "root.h"
#include "steps.gen.h"

enum { MAX_PASSWD = 65536 };

/*
 * /etc/passwd is the image's: a regular file, read up to a limit, opened so that a fifo or a device does not hold us up.
 */
static ssize_t read_passwd(struct context *c, char *out, size_t size)
{
	struct open_how_ how = {
		.flags = O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT_ | RESOLVE_NO_MAGICLINKS_,
	};
	int fd = SYS(SYS_openat2, c->root_fd, "etc/passwd", &how, sizeof(how));
	size_t used = 0;
	struct stat st;
	ssize_t n = -1;

	if (fd < 0)
		return fd;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		while (used < size && (n = read(fd, out + used, size - used)) > 0)
			used += (size_t)n;
	close(fd);
	return n < 0 ? -EINVAL : (ssize_t)used;
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

static char *home_in(char *text, uint32_t uid)
{
	char *save = NULL;

	for (char *line = strtok_r(text, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save)) {
		char *number = field(line, 2), *end, *home = field(line, 5);

		if (home == NULL || number[0] < '0' || number[0] > '9' || strtoul(number, &end, 10) != uid || *end != ':')
			continue;
		home[strcspn(home, ":")] = 0;
		return home[0] == 0 ? NULL : home;
	}
	return NULL;
}

int do_home(struct context *c, const struct home_args *a)
{
	static char home[5 + PATH_MAX];
	char text[MAX_PASSWD + 1];
	ssize_t n = read_passwd(c, text, MAX_PASSWD);
	char *found;

	strcpy(home, "HOME=/");
	c->home = home;
	if (n <= 0)
		return 0;
	text[n] = 0;
	found = home_in(text, a->uid);
	if (found != NULL && strlen(found) < PATH_MAX)
		strcpy(home + 5, found);
	return 0;
}
