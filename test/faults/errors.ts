// The errors that each call must return. Every call may return EIO, because the layer below it may fail.

const EPERM = 1
const EINTR = 4
const EIO = 5
const ENOMEM = 12
const ENOSPC = 28

/** Calls that wait, or that may act on a slow device. */
const interrupted =
  /^(read|readv|write|writev|poll|ppoll|accept4?|connect|send\w*|recv\w*|wait4|waitid|flock|nanosleep|clock_nanosleep|close|open|openat|openat2|getrandom|futex)$/

/** Calls for which the kernel allocates memory, beyond the allocation of every open or mount. */
const allocates =
  /^(mmap|mprotect|brk|mremap|clone3?|fork|vfork|execve(at)?|open(at2?)?|socket(pair)?|accept4?|connect|bind|(rt_)?sigaction|signalfd4|memfd_create|pidfd_open|pipe2|getdents64|read|write|writev|sendmsg|sendto|mkdir(at)?|mknodat|symlinkat|rename(at2?)?|unshare|setns|mount|fsopen|fsconfig|fsmount|open_tree|move_mount|mount_setattr|pivot_root|setgroups|set\w+uid|set\w+gid|prctl|capset|keyctl|seccomp|bpf|poll|ppoll|sched_setaffinity|fcntl|dup3)$/

/** Calls that need a privilege, or that a security module may refuse. */
const privileged =
  /^(open(at2?)?|mkdir(at)?|mknodat|symlinkat|unlink(at)?|rmdir|rename(at2?)?|f?chmod(at)?|[fl]?chown(at)?|fchownat|mount|umount2|fsopen|fsconfig|fsmount|open_tree|move_mount|mount_setattr|pivot_root|chroot|f?chdir|unshare|setns|clone3?|execve(at)?|set\w+|prctl|capset|keyctl|seccomp|bpf|ioctl|ioprio_set|sched_\w+|personality|prlimit64|kill|pidfd_\w+|socket|connect|bind|sendmsg|sendto|write|writev|fcntl)$/

const fills =
  /^(write|writev|mkdir(at)?|mknodat|symlinkat|rename(at2?)?|open(at2?)?|memfd_create|unshare|clone3|move_mount|fsmount|mount|sendmsg|sendto|bind)$/

/** These never return an error. If the first one fails, libc ends the program before it begins. */
const never = /^(arch_prctl|clock_gettime|exit|exit_group|rt_sigreturn|restart_syscall)$/

/** The errors with which a call is tested. */
export function errorsOf(name: string): readonly number[] {
  if (never.test(name)) return []
  return [
    EIO,
    ...(allocates.test(name) ? [ENOMEM] : []),
    ...(privileged.test(name) ? [EPERM] : []),
    ...(fills.test(name) ? [ENOSPC] : []),
    ...(interrupted.test(name) ? [EINTR] : []),
  ]
}
