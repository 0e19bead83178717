import type { Op } from './step.ts'

const netRights =
  'it takes CAP_NET_ADMIN in the user namespace that owns this network: that of root, or of who made both by `ocits unshare --user --map-root-user --net`'
const noDevice = 'there is no such device any more'

/** For a device that was lent to a network (native/parent/net_move.h). */
const lent = {
  ENODATA:
    'the container could have put another one in its place, as nothing tells them apart: it is back, but down and without its addresses',
  ESTALE: 'the container has put another device in its place: that one stays there',
}

const missing = 'the mount point is missing there, and cannot be made'

/** For a device of a user namespace. */
export const deviceOfHost =
  'it can only be what the host has at this path, and that is not this device: another is made by root of the machine alone, for a user namespace whose maps the config holds'

const streamSocket = {
  ECONNREFUSED: 'nobody listens there',
  ENOENT: 'there is no such socket',
  ENOTSOCK: 'it is no socket',
  EPROTOTYPE: 'it is no stream socket',
  ETIMEDOUT: 'others wait there to be accepted, and nobody is',
}

/** What to do about an error of a step, by the step and the name of the errno. Only error messages need it. */
const hints: Readonly<Partial<Record<Op, Readonly<Record<string, string>>>>> = {
  agent: {
    ECONNREFUSED: 'nobody listens there: is the agent running?',
    ENOENT: 'there is no such socket: is the agent running?',
    ENOTSOCK: 'it is no socket',
  },
  source_in_root: {
    ELOOP: 'a link leads in a circle, or a part of the path is a link of /proc',
    EPERM: 'what the config hides there would be open at the destination: name the path itself as the source',
    ENOENT: 'the source lies below the root, and neither the image nor a mount before this one has it',
  },
  address: {
    EEXIST: 'the device has this address already',
    EADDRNOTAVAIL: 'the kernel gives no device this address',
    EACCES: 'IPv6 is switched off there: /proc/sys/net/ipv6/conf/*/disable_ipv6',
    ENODEV: noDevice,
    EPERM: netRights,
  },
  bind: {
    ELOOP: 'a link leads in a circle, or a mount namespace is pinned in the tree, by a bind mount of its file',
    EEXIST: 'the image has something else there than this symlink',
    EROFS: missing,
    EACCES: missing,
    ENOTDIR:
      'a directory goes only on a directory, a file only on a file, and the path of the destination only through directories',
  },
  caller_terminal: {
    ENXIO: 'there is none: call ocits from a terminal, or say with --console-socket who gets that of the process',
  },
  bridge: {
    EEXIST: 'another device has this name by now',
    EOPNOTSUPP: 'this kernel has no bridges: modprobe bridge',
    EPERM: netRights,
  },
  capabilities: {
    EPERM: 'the caller does not have all of these capabilities itself',
  },
  change: {
    EBUSY: 'so much is in use, or the limit of memory does not allow this one of memory and swap',
    EINVAL: 'it does not go with the other limits of this cgroup, or of the one above it',
    ENODEV: 'there is no such device',
    ENOENT: 'this kernel has no such file: no such size of huge pages, no accounting of swap, no such scheduler',
    EOPNOTSUPP: 'the scheduler of this disk has no weights',
    ERANGE: 'this machine has no such CPUs or nodes',
  },
  chroot: {
    EPERM: 'this needs root rights, or a user namespace (ocits spec --rootless writes such a config)',
  },
  claim: {
    EACCES: 'the state of containers is kept where --root says',
    ENOSPC: 'the file system of the state is full',
    EROFS: 'the state of containers is kept where --root says',
  },
  cgroup: {
    EACCES: 'these cgroups are not delegated to this user',
  },
  console_socket: streamSocket,
  detach: {
    EINVAL: 'it is mounted there no more, or the kernel holds it in place for a user namespace (mount_namespaces(7))',
  },
  device: {
    EEXIST: 'the image has something else there',
    EPERM: 'to make a device takes CAP_MKNOD, and a device cgroup that allows it',
  },
  device_bind: {
    ENOTDIR: 'the image has a directory there',
    ENODEV: deviceOfHost,
  },
  device_source: {
    EPERM: 'to make a device takes CAP_MKNOD, and a device cgroup that allows it',
  },
  enable: {
    EBUSY: 'a cgroup with processes in it cannot pass its controllers on (cgroups(7), no internal processes)',
  },
  enter: {
    EPERM:
      'without root rights a container is entered only while its program runs, with the ids of its root (ptrace(2))',
  },
  exec: {
    E2BIG: 'the arguments and the environment may take a quarter of RLIMIT_STACK, and never more than 6 MiB',
    EACCES: 'it is not executable for this user, or lies on a file system mounted noexec',
    ENOENT: 'the interpreter that it names is missing (the #! line of a script, the loader of a dynamic program)',
    ENOSYS: 'the seccomp filter of the config answers so',
    EPERM: 'the seccomp filter of the config, or a security module of this machine, answers so',
    ENOEXEC: 'a script needs a #! line, a program the architecture of this machine',
  },
  freeze: {
    EAGAIN: 'it was thawed meanwhile, as by `kill`',
    ETIMEDOUT: 'a process in it does not come to rest, as one that waits for a disk: it runs on as before',
  },
  idmap: {
    ENOENT: 'it comes with the package uidmap or shadow-utils; without it only the own id can be mapped',
    EPERM:
      'the caller may map what is mapped in its own user namespace; without privilege only its own id, or what newuidmap(1) finds in /etc/subuid',
    EINVAL: 'ids overlap, or are not mapped in the user namespace of the caller',
  },
  idmap_source: {
    EPERM: 'only who mounted a file system may have it idmapped',
    EINVAL: 'this file system cannot be idmapped',
  },
  io_priority: {
    EPERM: 'the class RT needs CAP_SYS_NICE or CAP_SYS_ADMIN',
  },
  label: {
    EACCES: 'the policy does not let the runtime give this label',
    EINVAL: 'the policy has no such label (`/proc/thread-self/attr`)', // podman looks for a path like this in backticks
    ENOENT: 'the profile is not loaded',
    EPERM: 'the caller is confined itself, or the label was lost on the way',
  },
  link_join: {
    EBUSY: 'it is a port of another bridge already',
    ENODEV: noDevice,
    EPERM: netRights,
  },
  link_move: {
    ...lent,
    EEXIST: 'that network has a device of this name by now',
    EINVAL: 'this device is bound to its network',
    ENODEV: noDevice,
    EPERM: netRights,
  },
  link_remove: {
    ENODEV: noDevice,
    EOPNOTSUPP: 'this device is no virtual one: it goes with its hardware, and can only be moved',
    EPERM: netRights,
  },
  link_up: {
    ENODEV: noDevice,
    EPERM: netRights,
  },
  memory_policy: {
    EINVAL: 'the nodes must be among those of its cpuset, and flags fit the mode (set_mempolicy(2))',
    ENOSYS: 'this kernel knows no NUMA',
  },
  mount: {
    ENODEV: 'this kernel has no such file system',
    E2BIG: 'the kernel takes 4096 bytes of options at most',
    EROFS: missing,
    EACCES: missing,
    ENOTDIR: 'the destination, or a part of its path, is a file',
    EPERM: 'this needs the rights over the namespaces: without a new mount, pid or network namespace it may be refused',
    EBUSY: 'something of this file system is mounted there already',
  },
  mounted: {
    EINVAL: 'only what is a mount point can be unmounted',
    ELOOP: 'a link is on the way: name the path to which it leads',
    ENOENT: 'there is no such path in the container',
  },
  net_device: {
    ...lent,
    EEXIST: 'the network namespace has a device of that name',
    EINVAL: 'this device is bound to its network namespace',
    ENODEV: 'the host has no such device, or has it no more',
  },
  net_keep: {
    EPERM: 'the folder of all state must be where this caller may mount',
  },
  net_open: {
    EINVAL: 'it holds no network namespace',
    ENOENT: 'it has ended, or was removed',
    EPERM: 'to enter it takes CAP_SYS_ADMIN in the user namespace that owns it, and in your own',
    ESRCH: 'it has ended',
  },
  net_return: {
    ...lent,
    EEXIST: 'another device has taken its name meanwhile',
    ENODEV: 'it is gone: it was removed in the container, or together with its network',
    EXDEV: 'this command is in another network than the one that created the container: nothing was moved',
  },
  nsfd: {
    ENOENT: 'there is no such namespace',
    EPERM: 'by now it is the namespace of the runtime itself',
    EINVAL: 'it is not a namespace of this type',
  },
  pivot: {
    EINVAL: 'a root on a ramdisk needs --no-pivot',
  },
  pidfile: {
    ENOENT: 'the folder of --pid-file does not exist',
  },
  procfs: {
    EPERM: 'in a user namespace this takes a /proc that nothing covers, in the caller’s sight',
  },
  prlimit: {
    EPERM: 'this is more than the hard limit of the caller, which only CAP_SYS_RESOURCE can raise',
  },
  route: {
    EEXIST: 'there is such a route already',
    EHOSTUNREACH: 'no address of the device has the gateway in its network',
    EINVAL: 'the gateway is no address of another host, or the network has bits after its prefix',
    ENETUNREACH: 'no address of the device has the gateway in its network',
    EPERM: netRights,
  },
  rootfs: {
    ELOOP: 'the path of the root file system holds a symlink',
    ENOENT: 'there is no such folder',
  },
  rdt_find: {
    ENOENT: 'without a schema the class of service must be there already',
  },
  rdt_group: {
    ENOSPC: 'this machine has no class of service, or monitoring group, left',
  },
  rdt_schemata: {
    EINVAL: 'the kernel does not accept this schema',
  },
  scheduler: {
    EBUSY: 'the CPUs cannot keep this deadline beside those promised before',
    EINVAL:
      'SCHED_DEADLINE wants a runtime of 1024 ns and a period that /proc/sys/kernel/sched_deadline_period_*_us allow',
    EPERM:
      'this needs CAP_SYS_NICE; a real time policy also cpu.rt_runtime_us of its cgroup, a deadline all CPUs of the machine',
  },
  seccomp: {
    ESRCH: 'the filter is in force until execve is done: it ended the init, or refused it what it takes to tell more',
  },
  pidfd_socket: streamSocket,
  notify_socket: {
    ECONNREFUSED: 'NOTIFY_SOCKET names it, and nobody listens there',
    ENOENT: 'NOTIFY_SOCKET names it, and there is no such socket',
    EPROTOTYPE: 'NOTIFY_SOCKET names it, and it is no datagram socket',
  },
  set_unit: {
    ECONNREFUSED: 'no bus listens there',
    ENOENT: 'no bus listens there',
    EREMOTEIO: 'systemd does not take it',
    ETIMEDOUT: 'systemd did not answer',
  },
  setns: {
    EINVAL: 'a process cannot join this namespace from where it is',
    EPERM: 'joining this namespace needs rights in the user namespace that owns it',
  },
  source: {
    ELOOP: 'the path holds a symlink',
    ENOENT: 'the source does not exist on the host',
  },
  spawn: {
    EBADF: 'see --preserve-fds',
    EPERM: 'this needs root rights, or a user namespace (ocits spec --rootless writes such a config)',
    ENOSPC: 'there is a limit of namespaces: /proc/sys/user/max_*_namespaces',
  },
  start: {
    ENOENT: 'the container has been started already',
    ECONNREFUSED: 'the container process is already dead',
  },
  sysctl: {
    ENOENT: 'this kernel has no such setting',
    EINVAL: 'the kernel does not accept this value',
    EACCES: 'this setting belongs to the host, not to a namespace of the container',
  },
  time_offsets: {
    EPERM: 'clocks are set with CAP_SYS_TIME',
    ERANGE: 'the clock would begin before 0, or later than 146 years',
  },
  unshare: {
    EPERM: 'this needs root rights, or a user namespace (ocits spec --rootless writes such a config)',
    ENOSPC: 'there is a limit of namespaces: /proc/sys/user/max_*_namespaces',
    EINVAL: 'this kernel has no such namespaces',
  },
  veth: {
    EEXIST: 'one of the two names is in use by now',
    EOPNOTSUPP: 'this kernel has no such pairs: modprobe veth',
    EPERM: netRights,
  },
  write: {
    ENODEV: 'there is no such device',
    ENOENT: 'this kernel has no such file: no such size of huge pages, no accounting of swap, no such scheduler',
    EOPNOTSUPP: 'the scheduler of this disk has no weights',
  },
  stop_unit: {
    EREMOTEIO: 'systemd could not stop it',
    ETIMEDOUT: 'systemd did not answer',
  },
  terminal: {
    ENOTDIR: 'the image has a directory there',
    ELOOP: 'the image has a link there',
    ENODEV: 'it has to be a devpts: what is mounted on /dev/pts is none',
    ENOENT: 'it needs a devpts mounted on /dev/pts',
    EPIPE: 'who listens on --console-socket has gone away',
  },
  unfreeze: {
    ETIMEDOUT: 'a cgroup above it is frozen',
  },
  unit: {
    EACCES: 'the bus does not let us in',
    ECONNREFUSED: 'no bus listens there',
    ENOENT: 'no bus listens there',
    EPERM: 'this socket is that of another user',
    ETIMEDOUT: 'systemd did not answer',
  },
  wait_for_exit: {
    ETIMEDOUT:
      'container init still running: it ends after all others of its pid namespace, of which one waits for a disk, or has ended and its parent (conmon, a shim) does not wait for it',
  },
  user: {
    EINVAL: 'the id is not mapped in the user namespace',
  },
}

/** The hint of a step and an errno; empty where there is none. */
export const hintOf = (op: Op, name: string): string => hints[op]?.[name] ?? ''
