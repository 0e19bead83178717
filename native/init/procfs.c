#include <unistd.h>

#include "shared/linux.h"
#include "init/tree.h"

/*
 * Detached and ours alone: nothing that an image or a volume puts at /proc can stand in for it (CVE-2025-52881). It shows the
 * pid namespace that it is made in.
 */
int private_procfs(void)
{
	int fs = SYS(SYS_fsopen, "proc", FSOPEN_CLOEXEC_), mount;

	if (fs < 0)
		return fs;
	mount = SYS(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE_, NULL, NULL, 0);
	if (mount == 0)
		mount = SYS(SYS_fsmount, fs, FSMOUNT_CLOEXEC_, MOUNT_ATTR_NOSUID_ | MOUNT_ATTR_NODEV_ | MOUNT_ATTR_NOEXEC_);
	close(fs);
	return mount;
}
