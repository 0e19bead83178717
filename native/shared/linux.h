#pragma once
/*
 * System calls and constants that libc lacks (musl-gcc does not see the kernel's headers). Numbers above 423 are the same
 * on every architecture.
 */
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif
#ifndef SYS_open_tree
#define SYS_open_tree 428
#define SYS_move_mount 429
#define SYS_fsopen 430
#define SYS_fsconfig 431
#define SYS_fsmount 432
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_clone3
#define SYS_clone3 435
#endif
#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif
#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#ifndef SYS_openat2
#define SYS_openat2 437
#endif
#ifndef SYS_faccessat2
#define SYS_faccessat2 439
#endif
#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442
#endif

#define CLONE_NEWTIME_ 0x00000080
#define NS_GET_NSTYPE_ 0xb703
#define CLONE_PIDFD_ 0x00001000ULL
#define CLONE_INTO_CGROUP_ 0x200000000ULL

struct clone_args_ {
	uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid, set_tid_size, cgroup;
};

struct open_how_ {
	uint64_t flags, mode, resolve;
};

/* What statx(2) answers, as far as it is asked for here: whether it is the root of a mount, and of which. */
struct statx_ {
	uint64_t mask, attributes, before[16], mount, after[13];
};

#define STATX_ATTR_MOUNT_ROOT_ 0x2000
#define STATX_MNT_ID_ 0x1000
#define STATX_MNT_ID_UNIQUE_ 0x4000 /* Linux 6.8; older ones pass it over */

#define RESOLVE_NO_XDEV_ 0x01
#define RESOLVE_NO_MAGICLINKS_ 0x02
#define RESOLVE_NO_SYMLINKS_ 0x04
#define RESOLVE_BENEATH_ 0x08
#define RESOLVE_IN_ROOT_ 0x10

#define OPEN_TREE_CLONE_ 1
#define OPEN_TREE_CLOEXEC_ 02000000
#define AT_EMPTY_PATH_ 0x1000
#define AT_RECURSIVE_ 0x8000
#define MOVE_MOUNT_F_EMPTY_PATH_ 0x04
#define MOVE_MOUNT_T_EMPTY_PATH_ 0x40

#define FSOPEN_CLOEXEC_ 1
#define FSMOUNT_CLOEXEC_ 1
#define FSCONFIG_SET_FLAG_ 0
#define FSCONFIG_SET_STRING_ 1
#define FSCONFIG_CMD_CREATE_ 6

#define MOUNT_ATTR_RDONLY_ 0x01
#define MOUNT_ATTR_NOSUID_ 0x02
#define MOUNT_ATTR_NODEV_ 0x04
#define MOUNT_ATTR_NOEXEC_ 0x08
#define MOUNT_ATTR_ATIME_ 0x70
#define MOUNT_ATTR_IDMAP_ 0x00100000

struct mount_attr_ {
	uint64_t attr_set, attr_clr, propagation, userns_fd;
};

#define PROC_MAGIC 0x9fa0
#define TMPFS_MAGIC 0x01021994
#define DEVPTS_MAGIC 0x1cd1
#define CGROUP2_MAGIC 0x63677270
#define CGROUP_MAGIC 0x27e0eb
#define SYSFS_MAGIC 0x62656572
#define TRACEFS_MAGIC 0x74726163
#define DEBUGFS_MAGIC 0x64626720
#define SECURITYFS_MAGIC 0x73636673
#define BPF_MAGIC 0xcafe4a11
#define EFIVARFS_MAGIC 0xde5e81e4
#define DEV_NULL 0x103 /* makedev(1, 3) */

/* syscall(2) gives -1 and errno; this gives -errno, as the kernel does. */
#define SYS(...) sys_result(syscall(__VA_ARGS__))

static inline int sys_result(long result)
{
	extern int *__errno_location(void);

	return result < 0 ? -*__errno_location() : (int)result;
}

static inline bool is_same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}
