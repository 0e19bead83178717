#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "linux.h"
#include "steps.gen.h"

int do_hostname(struct context *c, const struct hostname_args *a)
{
	(void)c;
	return sethostname(a->name, strlen(a->name)) < 0 ? -errno : 0;
}

int do_domainname(struct context *c, const struct domainname_args *a)
{
	(void)c;
	return setdomainname(a->name, strlen(a->name)) < 0 ? -errno : 0;
}

/*
 * Detached and ours alone: nothing that an image or a volume puts at /proc can stand in for it (CVE-2025-52881). It shows the
 * pid namespace that it is made in.
 */
int do_procfs(struct context *c)
{
	int fs = SYS(SYS_fsopen, "proc", FSOPEN_CLOEXEC_), err;

	if (fs < 0)
		return fs;
	err = SYS(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE_, NULL, NULL, 0);
	if (err == 0)
		c->proc_fd = SYS(SYS_fsmount, fs, FSMOUNT_CLOEXEC_, MOUNT_ATTR_NOSUID_ | MOUNT_ATTR_NODEV_ | MOUNT_ATTR_NOEXEC_);
	close(fs);
	return err < 0 ? err : c->proc_fd < 0 ? c->proc_fd : 0;
}

int do_sysctl(struct context *c, const struct sysctl_args *a)
{
	struct open_how_ how = {
		.flags = O_WRONLY | O_CLOEXEC,
		.resolve = RESOLVE_BENEATH_ | RESOLVE_NO_XDEV_ | RESOLVE_NO_MAGICLINKS_ | RESOLVE_NO_SYMLINKS_,
	};
	int fd = SYS(SYS_openat2, c->proc_fd, a->path, &how, sizeof(how)), err;

	if (fd < 0)
		return fd;
	err = write(fd, a->value, strlen(a->value)) < 0 ? -errno : 0;
	close(fd);
	return err;
}
