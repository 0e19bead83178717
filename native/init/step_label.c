#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "init/root.h"
#include "init/steps.gen.h"
#include "shared/fd.h"
#include "shared/linux.h"
#include "shared/string_buffer.h"

enum { MAX_LABEL = 4096 };

/* A process may write only its own attributes, under its own number (proc_pid_attr(5)); `self` would be a link. */
static int open_attribute(struct init *c, const char *file, uint64_t flags)
{
	struct open_how_ how = {
		.flags = flags | O_CLOEXEC,
		.resolve = RESOLVE_BENEATH_ | RESOLVE_NO_XDEV_ | RESOLVE_NO_MAGICLINKS_ | RESOLVE_NO_SYMLINKS_,
	};
	char path[96], *at = append_number(path, path + sizeof(path), (uint64_t)getpid());

	at = append_string(at, path + sizeof(path), "/attr/");
	append_string(at, path + sizeof(path), file);
	return SYS(SYS_openat2, c->proc_fd, path, &how, sizeof(how));
}

static int write_attribute(struct init *c, const struct label_args *a)
{
	cleanup_close int fd = open_attribute(c, a->file, O_WRONLY);
	ssize_t size = (ssize_t)strlen(a->value), n;

	if (fd < 0)
		return fd;
	n = write(fd, a->value, (size_t)size);
	return n == size ? 0 : n < 0 ? -errno : -EIO;
}

/*
 * AppArmor takes "exec NAME" and shows "NAME (mode)". SELinux shows what it took, but for the level, which it writes in an
 * order of its own: user, role and type must be the same.
 */
static bool same_label(const char *asked, const char *shown)
{
	const bool profile = strncmp(asked, "exec ", 5) == 0;
	size_t size = strlen(asked), colons = 0;

	if (profile) {
		asked += 5;
		size -= 5;
	}
	for (size_t i = 0; i < size && !profile; i++)
		if (asked[i] == ':' && ++colons == 3)
			return strncmp(asked, shown, i + 1) == 0;
	return strncmp(asked, shown, size) == 0 && strchr(" \n", shown[size]) != NULL;
}

/* The label is read back: if the kernel did not take it, the container would lack the protection that was asked for (CVE-2019-16884). */
int do_label(struct init *c, const struct label_args *a)
{
	cleanup_close int fd = -1;
	int err = write_attribute(c, a);
	char shown[MAX_LABEL];
	ssize_t n;

	if (err < 0)
		return err;
	fd = open_attribute(c, a->file, O_RDONLY);
	if (fd < 0)
		return fd;
	n = read(fd, shown, sizeof(shown) - 1);
	if (n < 0)
		return -errno;
	shown[n] = 0;
	if (same_label(a->value, shown))
		return 0;
	detail(&c->common, "the kernel did not take the label");
	return -EPERM;
}

int do_file_label(struct init *c, const struct file_label_args *a)
{
	cleanup_close int fd = open_in_root(c, a->path, MAKE_NOTHING), folder = -1;

	if (fd < 0)
		return fd;
	folder = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0 || fsetxattr(folder, "security.selinux", a->value, strlen(a->value) + 1, 0) < 0)
		return -errno;
	return 0;
}
