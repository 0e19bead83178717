#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "linux.h"
#include "steps.gen.h"
#include "words.h"

enum { MAX_LABEL = 4096 };

static int open_attribute(struct context *c, const char *file, uint64_t flags)
{
	struct open_how_ how = {
		.flags = flags | O_CLOEXEC,
		.resolve = RESOLVE_BENEATH_ | RESOLVE_NO_XDEV_ | RESOLVE_NO_MAGICLINKS_ | RESOLVE_NO_SYMLINKS_,
	};
	char path[96], *at = put_number(path, path + sizeof(path), (uint64_t)getpid());

	at = put_words(at, path + sizeof(path), "/attr/");
	put_words(at, path + sizeof(path), file);
	return SYS(SYS_openat2, c->proc_fd, path, &how, sizeof(how));
}

/*
 * Through the private procfs, and read back: a label that did not arrive is a container without the protection that was asked
 * for (CVE-2019-16884). AppArmor takes "exec NAME" and shows "NAME (mode)"; SELinux shows what it took.
 */
int do_label(struct context *c, const struct label_args *a)
{
	const char *name = strncmp(a->value, "exec ", 5) == 0 ? a->value + 5 : a->value;
	size_t size = strlen(name);
	char shown[MAX_LABEL];
	int fd = open_attribute(c, a->file, O_WRONLY);
	ssize_t n;

	if (fd < 0)
		return fd;
	n = write(fd, a->value, strlen(a->value));
	n = n < 0 ? -errno : 0;
	close(fd);
	if (n < 0)
		return (int)n;
	fd = open_attribute(c, a->file, O_RDONLY);
	if (fd < 0)
		return fd;
	n = read(fd, shown, sizeof(shown) - 1);
	close(fd);
	return n >= (ssize_t)size && memcmp(shown, name, size) == 0 ? 0 : -EPERM;
}
