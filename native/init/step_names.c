#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "init/mounts.h"
#include "init/slots.h"
#include "init/steps.gen.h"
#include "shared/fd.h"
#include "shared/linux.h"

int do_hostname(struct init *c, const struct hostname_args *a)
{
	(void)c;
	return sethostname(a->name, strlen(a->name)) < 0 ? -errno : 0;
}

int do_domainname(struct init *c, const struct domainname_args *a)
{
	(void)c;
	return setdomainname(a->name, strlen(a->name)) < 0 ? -errno : 0;
}

int do_procfs(struct init *c)
{
	c->proc_fd = private_procfs();
	return c->proc_fd < 0 ? c->proc_fd : 0;
}

/* A clone keeps what is mounted in it. Hence those who use it open with RESOLVE_NO_XDEV. */
int do_host_procfs(struct init *c, const struct host_procfs_args *a)
{
	struct statfs fs;

	c->proc_fd = slot_take(c, a->slot);
	if (c->proc_fd < 0)
		return c->proc_fd;
	if (fstatfs(c->proc_fd, &fs) < 0)
		return -errno;
	return fs.f_type == PROC_MAGIC ? 0 : -ENODEV;
}

/* What is mounted in it stays out of reach here, too. */
int do_own_procfs(struct init *c)
{
	struct statfs fs;

	c->proc_fd = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (c->proc_fd < 0 || fstatfs(c->proc_fd, &fs) < 0)
		return -errno;
	return fs.f_type == PROC_MAGIC ? 0 : -ENODEV;
}

int do_sysctl(struct init *c, const struct sysctl_args *a)
{
	struct open_how_ how = {
		.flags = O_WRONLY | O_CLOEXEC,
		.resolve = RESOLVE_BENEATH_ | RESOLVE_NO_XDEV_ | RESOLVE_NO_MAGICLINKS_ | RESOLVE_NO_SYMLINKS_,
	};
	cleanup_close int fd = SYS(SYS_openat2, c->proc_fd, a->path, &how, sizeof(how));
	ssize_t taken;

	if (fd < 0)
		return fd;
	taken = write(fd, a->value, strlen(a->value));
	if (taken < 0)
		return -errno;
	if ((size_t)taken < strlen(a->value)) {
		detail(&c->common, "the kernel took only a part of the value");
		return -EINVAL;
	}
	return 0;
}
