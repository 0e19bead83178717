import { namespaces } from '../kernel/namespaces.ts'
import { signalName } from '../kernel/signals.ts'
import type { Stage } from './stages.ts'
import type { Op, StepOf } from './step.ts'

/** What there is to know of a step, for people: beside stepTable, which has its line. */
export type CallRow<O extends Op> = {
  /** The system calls that it consists of, in their order. */
  readonly call: string | ((step: StepOf<O>) => string)
  /** Where they, and what they act on, are described: pages of the manual. */
  readonly page: string
  /** The stage of a plan that it belongs to; without one, that of the step before it. */
  readonly stage?: Stage | ((step: StepOf<O>) => Stage)
  /** Such steps one after the other are alike, and told in one line, if these arguments are the same in all of them. */
  readonly alike?: readonly string[]
}

/** A row for each row of stepTable. */
export const callTable: { readonly [O in Op]: CallRow<O> } = {
  console_socket: { call: 'connect', page: 'connect(2), unix(7)', stage: 'state' },
  caller_terminal: { call: 'isatty, open("/dev/tty")', page: 'isatty(3), tty(4)', stage: 'state' },
  claim: { call: 'mkdirat, flock(LOCK_EX)', page: 'mkdir(2), flock(2)', stage: 'state' },
  record: {
    call: 'openat(O_CREAT|O_EXCL), write, renameat',
    page: 'rename(2)',
    stage: ({ name }) => (name === 'state.json' ? 'exec' : 'state'),
  },
  pidfile: { call: 'openat(O_CREAT|O_EXCL), write, renameat', page: 'rename(2)', stage: 'exec' },
  pidfd_socket: { call: 'connect, sendmsg(SCM_RIGHTS)', page: 'unix(7), pidfd_open(2)', stage: 'exec' },
  listen: { call: 'socket(AF_UNIX, SOCK_SEQPACKET), bind, listen', page: 'unix(7), listen(2)', stage: 'state' },
  notify_folder: { call: 'mkdirat', page: 'mkdir(2), sd_notify(3)', stage: 'state' },
  notify_socket: { call: 'connect, socket(AF_UNIX, SOCK_DGRAM), bind', page: 'unix(7), sd_notify(3)' },
  cgroup: { call: 'mkdir', page: 'mkdir(2), cgroups(7)', stage: 'cgroup' },
  cpuset: { call: 'read, write', page: 'cpuset(7)', stage: 'cgroup' },
  enable: { call: 'write("+CONTROLLER" to cgroup.subtree_control)', page: 'cgroups(7)', stage: 'cgroup' },
  write: { call: 'open(O_WRONLY), write', page: 'cgroups(7)', stage: 'cgroup', alike: ['path'] },
  write_either: { call: 'open(O_WRONLY), write', page: 'cgroups(7)', stage: 'cgroup' },
  delegate: { call: 'fchownat', page: 'chown(2), cgroups(7)', stage: 'cgroup' },
  rdt_group: { call: 'mkdir', page: 'mkdir(2)', stage: 'cgroup' },
  rdt_find: { call: 'stat', page: 'stat(2)', stage: 'cgroup' },
  rdt_schemata: { call: 'write', page: 'write(2)', stage: 'cgroup' },
  device_filter: { call: 'bpf(BPF_PROG_LOAD), bpf(BPF_PROG_ATTACH)', page: 'bpf(2)', stage: 'cgroup' },
  concurrent: { call: 'none: both processes go on', page: 'unix(7)', stage: 'cgroup' },
  spawn: {
    call: ({ flags, into }) =>
      `clone3(${constants('CLONE_VM', 'CLONE_VFORK', 'CLONE_PIDFD', into === '' ? '' : 'CLONE_INTO_CGROUP', ...cloneNames(flags))}), execveat`,
    page: 'clone(2), execveat(2), pid_namespaces(7)',
    stage: 'birth',
  },
  unit: { call: 'sendmsg(StartTransientUnit)', page: 'org.freedesktop.systemd1(5)', stage: 'cgroup' },
  join: { call: 'write("0" to tasks or cgroup.procs)', page: 'cgroups(7)', stage: 'cgroup' },
  source: {
    call: ({ late }) => (late ? 'openat2; open_tree when it is mounted' : 'openat2, open_tree(OPEN_TREE_CLONE)'),
    page: 'openat2(2), open_tree(2)',
    stage: 'mounts',
  },
  source_in_root: {
    call: 'openat2(RESOLVE_IN_ROOT), open_tree(OPEN_TREE_CLONE)',
    page: 'openat2(2), open_tree(2)',
    stage: 'mounts',
  },
  nsfd: { call: 'open, ioctl(NS_GET_NSTYPE)', page: 'ioctl_ns(2)', stage: ({ type }) => stageOf(type) },
  setns: {
    call: ({ type }) => `setns(${cloneFlags(type)})`,
    page: 'setns(2), namespaces(7)',
    stage: ({ type }) => stageOf(type),
  },
  unshare: {
    call: ({ flags }) => `unshare(${cloneFlags(flags)})`,
    page: 'unshare(2), namespaces(7)',
    stage: ({ flags }) => stageOf(flags),
  },
  idmap: {
    call: ({ deny_setgroups, uid_helper, gid_helper }) =>
      [
        deny_setgroups ? 'write("deny" to setgroups)' : '',
        gid_helper ? 'newgidmap' : 'write(gid_map)',
        uid_helper ? 'newuidmap' : 'write(uid_map)',
      ]
        .filter((word) => word !== '')
        .join(', '),
    page: 'user_namespaces(7), newuidmap(1)',
    stage: 'user',
  },
  become_root: { call: 'setresgid, setgroups, setresuid', page: 'setresuid(2), user_namespaces(7)', stage: 'user' },
  parent_death: { call: 'prctl(PR_SET_PDEATHSIG)', page: 'prctl(2)', stage: 'namespaces' },
  pin: { call: 'open(O_CREAT), mount(MS_BIND)', page: 'namespaces(7), mount(2)', stage: 'namespaces' },
  time_offsets: { call: 'write(/proc/PID/timens_offsets)', page: 'time_namespaces(7)', stage: 'namespaces' },
  fork: {
    call: 'clone3(CLONE_PARENT|CLONE_PARENT_SETTID), exit',
    page: 'clone(2), pid_namespaces(7)',
    stage: 'namespaces',
  },
  oom_score: { call: 'write(/proc/PID/oom_score_adj)', page: 'proc_pid_oom_score_adj(5)' },
  undumpable: { call: 'prctl(PR_SET_DUMPABLE, 0)', page: 'PR_SET_DUMPABLE(2const), ptrace(2)' },
  dumpable: { call: 'prctl(PR_SET_DUMPABLE, 1)', page: 'PR_SET_DUMPABLE(2const), ptrace(2)' },
  prlimit: { call: 'prlimit', page: 'prlimit(2)' },
  setsid: { call: 'setsid', page: 'setsid(2), credentials(7)', stage: 'namespaces' },
  keyring: {
    call: 'keyctl(KEYCTL_JOIN_SESSION_KEYRING)',
    page: 'keyctl_join_session_keyring(3), session-keyring(7)',
    stage: 'namespaces',
  },
  loopback: { call: 'ioctl(SIOCSIFFLAGS, IFF_UP)', page: 'netdevice(7), network_namespaces(7)', stage: 'namespaces' },
  propagation: { call: 'mount("/", MS_REC and how)', page: 'mount(2), mount_namespaces(7)', stage: 'mounts' },
  rootfs: { call: 'openat2(RESOLVE_NO_SYMLINKS), fchdir', page: 'openat2(2), chdir(2)' },
  root: { call: 'open_tree(OPEN_TREE_CLONE), move_mount', page: 'open_tree(2), move_mount(2)', stage: 'mounts' },
  joined_root: { call: 'move_mount', page: 'move_mount(2)', stage: 'mounts' },
  uncover: { call: 'statx; umount2 in the end', page: 'umount2(2), statx(2)' },
  mount: {
    call: ({ fs }) => `fsopen("${fs}"), fsconfig, fsmount, move_mount`,
    page: 'fsopen(2), fsmount(2), move_mount(2)',
    stage: 'mounts',
  },
  mount_or_bind: {
    call: ({ fs }) => `fsopen("${fs}"), fsconfig, fsmount, move_mount; or move_mount of the clone`,
    page: 'fsopen(2), move_mount(2), user_namespaces(7)',
    stage: 'mounts',
  },
  bind: {
    call: 'openat2(RESOLVE_IN_ROOT), mount_setattr, move_mount',
    page: 'mount_setattr(2), move_mount(2)',
    stage: 'mounts',
  },
  idmap_source: {
    call: 'clone3(CLONE_NEWUSER), mount_setattr(MOUNT_ATTR_IDMAP)',
    page: 'mount_setattr(2)',
    stage: 'mounts',
  },
  remount: { call: 'mount_setattr', page: 'mount_setattr(2)' },
  symlink: { call: 'symlinkat', page: 'symlink(2)', stage: 'mounts', alike: [] },
  device: { call: 'mknodat', page: 'mknod(2)', stage: 'mounts', alike: [] },
  device_source: {
    call: 'fsopen("tmpfs"), mknodat, open_tree(OPEN_TREE_CLONE)',
    page: 'mknod(2), open_tree(2)',
    stage: 'mounts',
    alike: [],
  },
  device_bind: { call: 'move_mount', page: 'move_mount(2)', stage: 'mounts', alike: [] },
  mkdir: { call: 'mkdirat', page: 'mkdir(2)' },
  pivot: { call: 'pivot_root(".", "."), umount2(".", MNT_DETACH)', page: 'pivot_root(2), umount2(2)', stage: 'pivot' },
  move_root: { call: 'move_mount, umount2, chroot', page: 'move_mount(2), chroot(2)', stage: 'pivot' },
  chroot: { call: 'fchdir, chroot(".")', page: 'chroot(2)', stage: 'pivot' },
  root_propagation: { call: 'mount_setattr', page: 'mount_setattr(2), mount_namespaces(7)', stage: 'pivot' },
  readonly: {
    call: 'open_tree(OPEN_TREE_CLONE), mount_setattr(MOUNT_ATTR_RDONLY), move_mount',
    page: 'mount_setattr(2)',
    stage: 'pivot',
    alike: [],
  },
  mask: {
    call: 'open_tree(OPEN_TREE_CLONE), move_mount',
    page: 'open_tree(2), move_mount(2)',
    stage: 'pivot',
    alike: [],
  },
  terminal: { call: 'openat2("ptmx"), ioctl(TIOCGPTPEER), ioctl(TIOCSCTTY)', page: 'pts(4), ioctl_tty(2)' },
  hostname: { call: 'sethostname', page: 'sethostname(2), uts_namespaces(7)', stage: 'pivot' },
  domainname: { call: 'setdomainname', page: 'setdomainname(2), uts_namespaces(7)', stage: 'pivot' },
  procfs: { call: 'fsopen("proc"), fsmount', page: 'fsopen(2), proc(5)' },
  host_procfs: { call: 'fstatfs', page: 'statfs(2), proc(5)' },
  sysctl: { call: 'openat2, write(/proc/sys)', page: 'proc_sys(5), sysctl(8)', stage: 'pivot' },
  stdio_owner: { call: 'fchown', page: 'chown(2)', stage: 'identity' },
  executable: { call: 'stat, faccessat2(X_OK)', page: 'faccessat2(2), execvp(3)', stage: 'exec' },
  chdir: { call: 'openat2(RESOLVE_IN_ROOT), fchdir, getcwd', page: 'chdir(2), getcwd(2)', stage: 'identity' },
  bounding: {
    call: 'prctl(PR_CAPBSET_DROP) of each other one',
    page: 'PR_CAPBSET_DROP(2const), capabilities(7)',
    stage: 'identity',
  },
  user: {
    call: ({ setgroups }) => `${setgroups ? 'setgroups, ' : ''}setresgid, setresuid`,
    page: 'setgroups(2), setresuid(2), credentials(7)',
    stage: 'identity',
  },
  cwd: { call: 'fchdir, getcwd', page: 'chdir(2), getcwd(2)', stage: 'identity' },
  capabilities: {
    call: 'capset, prctl(PR_CAP_AMBIENT)',
    page: 'capset(2), PR_CAP_AMBIENT(2const), capabilities(7)',
    stage: 'rights',
  },
  umask: { call: 'umask', page: 'umask(2)', stage: 'identity' },
  no_new_privs: { call: 'prctl(PR_SET_NO_NEW_PRIVS, 1)', page: 'PR_SET_NO_NEW_PRIVS(2const)', stage: 'rights' },
  affinity: { call: 'sched_setaffinity', page: 'sched_setaffinity(2), cpuset(7)', stage: 'identity' },
  scheduler: { call: 'sched_setattr', page: 'sched_setattr(2), sched(7)' },
  io_priority: { call: 'ioprio_set', page: 'ioprio_set(2)' },
  personality: { call: 'personality', page: 'personality(2)', stage: 'identity' },
  memory_policy: { call: 'set_mempolicy', page: 'set_mempolicy(2), numa(7)', stage: 'identity' },
  label: { call: 'openat2, write(/proc/PID/attr)', page: 'proc_pid_attr(5)' },
  file_label: { call: 'fsetxattr("security.selinux")', page: 'setxattr(2), xattr(7)', stage: 'mounts' },
  net_keep: { call: 'mount(/proc/PID/ns/net, MS_BIND)', page: 'mount(2), network_namespaces(7)', stage: 'namespaces' },
  net_device: {
    call: 'sendmsg(RTM_NEWLINK, IFLA_NET_NS_FD)',
    page: 'rtnetlink(7), network_namespaces(7)',
    stage: 'namespaces',
  },
  net_open: {
    call: ({ path }) => `open, ${path === '' ? '' : 'setns(CLONE_NEWNET) by a child, '}socket(AF_NETLINK)`,
    page: 'netlink(7), network_namespaces(7)',
    stage: 'namespaces',
  },
  bridge: { call: 'sendmsg(RTM_NEWLINK, IFLA_LINKINFO)', page: 'rtnetlink(7), ip-link(8)', stage: 'namespaces' },
  veth: { call: 'sendmsg(RTM_NEWLINK, VETH_INFO_PEER)', page: 'veth(4), rtnetlink(7)', stage: 'namespaces' },
  link_join: { call: 'sendmsg(RTM_SETLINK, IFLA_MASTER)', page: 'rtnetlink(7), bridge(8)', stage: 'namespaces' },
  link_move: { call: 'sendmsg(RTM_SETLINK, IFLA_NET_NS_FD)', page: 'rtnetlink(7), network_namespaces(7)' },
  address: { call: 'sendmsg(RTM_NEWADDR)', page: 'rtnetlink(7), ip-address(8)', stage: 'namespaces' },
  link_up: { call: 'sendmsg(RTM_SETLINK, IFF_UP)', page: 'rtnetlink(7), netdevice(7)', stage: 'namespaces' },
  route: { call: 'sendmsg(RTM_NEWROUTE)', page: 'rtnetlink(7), ip-route(8)', stage: 'namespaces' },
  link_remove: { call: 'sendmsg(RTM_DELLINK)', page: 'rtnetlink(7), ip-link(8)', stage: 'namespaces' },
  own_procfs: { call: 'open("/proc", O_PATH), fstatfs', page: 'open(2), proc(5)' },
  enter: {
    call: ({ types }) => `pidfd_open, setns(${cloneFlags(types)})`,
    page: 'pidfd_open(2), setns(2)',
    stage: 'namespaces',
  },
  enter_root: { call: 'openat2, fchdir, chroot', page: 'chroot(2)', stage: 'pivot' },
  patient: { call: 'none', page: 'kill(2)' },
  hold_procfs: { call: 'open("/proc", O_PATH), fstatfs', page: 'open(2), proc(5)' },
  mounted: {
    call: 'openat2(RESOLVE_IN_ROOT|RESOLVE_NO_SYMLINKS), statx',
    page: 'openat2(2), statx(2)',
    stage: 'mounts',
  },
  detach: { call: 'umount2(MNT_DETACH)', page: 'umount2(2)', stage: 'mounts' },
  done: { call: 'sendmsg, exit', page: '_exit(2)', stage: 'exec' },
  alive: { call: 'sendmsg', page: 'unix(7)', stage: 'exec' },
  criu: { call: 'socketpair, clone3(CLONE_NEWNS), execve', page: 'criu(8), unix(7)', stage: 'birth' },
  criu_ask: { call: 'sendmsg, recvmsg', page: 'criu(8), unix(7)', stage: 'birth' },
  wait: { call: 'accept', page: 'accept(2), unix(7)', stage: 'exec' },
  hook: { call: 'clone3, execve, waitid', page: 'clone(2), execve(2)' },
  home: { call: 'openat2(RESOLVE_IN_ROOT), read', page: 'passwd(5)', stage: 'identity' },
  exit: { call: 'exit', page: '_exit(2)', stage: 'exec' },
  clean: { call: 'close_range, sigaction, sigprocmask', page: 'close_range(2), signal(7)', stage: 'exec' },
  ready: { call: 'sendmsg', page: 'unix(7)', stage: 'exec' },
  agent: { call: 'connect, pidfd_getfd, sendmsg(SCM_RIGHTS)', page: 'seccomp_unotify(2), pidfd_getfd(2)' },
  seccomp: { call: 'seccomp(SECCOMP_SET_MODE_FILTER)', page: 'seccomp(2)', stage: 'rights' },
  exec: { call: 'execve', page: 'execve(2)', stage: 'exec' },
  executed: { call: 'poll, recvfrom', page: 'unix(7)', stage: 'exec' },
  deadline: { call: 'pidfd_send_signal when it is over', page: 'pidfd_send_signal(2)', stage: 'exec' },
  reap: { call: 'poll(pidfd), waitid', page: 'pidfd_open(2), wait(2)', stage: 'exec' },
  unwind: { call: 'those of each undo', page: 'rmdir(2), unlink(2)', stage: 'exec' },
  undo_hook: { call: 'none; clone3, execve in the end', page: 'clone(2), execve(2)' },

  // start, kill, delete, pause, update: `ocits plan` has none of them
  start: { call: 'connect, sendmsg', page: 'unix(7)' },
  unlink: { call: 'unlinkat', page: 'unlink(2)' },
  unlock: { call: 'flock(LOCK_UN)', page: 'flock(2)' },
  notify: { call: 'poll, recv, send', page: 'sd_notify(3), sd_notify_barrier(3)' },
  signal: { call: ({ signal }) => `pidfd_send_signal(${signalName(signal)})`, page: 'pidfd_send_signal(2), signal(7)' },
  signal_all: { call: 'read(cgroup.procs), pidfd_send_signal', page: 'pidfd_send_signal(2), cgroups(7)' },
  thaw: { call: 'write("THAWED" to freezer.state)', page: 'cgroups(7)' },
  change: { call: 'open(O_WRONLY), write', page: 'cgroups(7)' },
  set_unit: { call: 'sendmsg(SetUnitProperties)', page: 'org.freedesktop.systemd1(5)' },
  freeze: { call: 'write("FROZEN" to freezer.state, or "1" to cgroup.freeze)', page: 'cgroups(7)' },
  unfreeze: { call: 'write("THAWED" to freezer.state, or "0" to cgroup.freeze)', page: 'cgroups(7)' },
  wait_for_exit: { call: 'pidfd_open, poll', page: 'pidfd_open(2)' },
  lock: { call: 'flock(LOCK_EX)', page: 'flock(2)' },
  unmount: { call: 'statx, umount2(MNT_DETACH)', page: 'umount2(2), statx(2)' },
  remove_cgroup: { call: 'rmdir', page: 'rmdir(2), cgroups(7)' },
  net_return: { call: 'sendmsg(RTM_NEWLINK, IFLA_NET_NS_FD)', page: 'rtnetlink(7)' },
  net_release: { call: 'umount2(MNT_DETACH), unlink', page: 'umount2(2)' },
  rdt_remove: { call: 'rmdir', page: 'rmdir(2)' },
  stop_unit: { call: 'sendmsg(StopUnit)', page: 'org.freedesktop.systemd1(5)' },
  remove_state: { call: 'renameat, unlinkat', page: 'unlink(2)' },
}

const { user, cgroup } = namespaces

function stageOf(flags: number): Stage {
  if (flags === user.flag) return 'user'
  return flags === cgroup.flag ? 'cgroup' : 'namespaces'
}

/** In the header files, some types have names of their own: CLONE_NEWNS, CLONE_NEWNET. */
const cloneName: Readonly<Record<keyof typeof namespaces, string>> = {
  user: 'CLONE_NEWUSER',
  uts: 'CLONE_NEWUTS',
  ipc: 'CLONE_NEWIPC',
  pid: 'CLONE_NEWPID',
  mount: 'CLONE_NEWNS',
  network: 'CLONE_NEWNET',
  cgroup: 'CLONE_NEWCGROUP',
  time: 'CLONE_NEWTIME',
}

function cloneNames(flags: number): string[] {
  const types = Object.keys(cloneName) as (keyof typeof cloneName)[]
  return types.filter((type) => flags & namespaces[type].flag).map((type) => cloneName[type])
}

const constants = (...names: readonly string[]) => names.filter((name) => name !== '').join('|')
const cloneFlags = (flags: number) => constants(...cloneNames(flags))
