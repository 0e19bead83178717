import { capabilitySets } from './capability_sets.ts'
import { cpuList, domain, ioPriority, memoryPolicyLine, scheduled } from './scheduled.ts'
import { terminalLine } from './terminal.ts'

/**
 * THE table: every step a plan can hold, the processes that may carry it out, and its arguments in wire order.
 *
 * The types of `Step`, the encoder, the text of `ocits plan` and the C decoders (native/wire/steps.gen.[ch]) all come from here.
 * A kind says how an argument travels and how it is printed:
 *
 *   str         bytes without NUL
 *   text        str with placeholders, each NUL and a letter, filled in when the step runs: see `placeholder` in step.ts
 *   strs texts  a list of them
 *   bytes       raw bytes (BPF)
 *   u32 u64     little endian;  u32s a list
 *   bool        u32, 0 or 1
 *   the rest    u32 or u64, printed by name or in octal
 *
 * `description` is the line of `ocits plan`: `{name}` is an argument. Where arguments mean something only together, a function writes it.
 */
export type Kind =
  | 'str'
  | 'text'
  | 'strs'
  | 'texts'
  | 'bytes'
  | 'u32'
  | 'u32s'
  | 'u64'
  | 'bool'
  | 'mode' // u32, octal
  | 'node' // u32, S_IF*: printed as c, b, p
  | 'namespaces' // u32, CLONE_NEW*
  | 'attrs' // u64, MOUNT_ATTR_*
  | 'cleared' // u64, MOUNT_ATTR_* that go: printed as rw, suid, dev …
  | 'rattrs' // u64, attrs for all mounts below: printed as rro, rnosuid …
  | 'rcleared' // u64, the same for cleared: rrw, rsuid …
  | 'propagation' // u32, MS_SHARED… | MS_REC
  | 'caps' // u64, a bit each
  | 'device' // u64, major << 32 | minor
  | 'signal' // u32
  | 'rlimit' // u32, RLIMIT_*
  | 'fills' // u32, the number of a slot that this step fills
  | 'slot' // u32, of one that another step fills

export type Actor = 'parent' | 'init'

export type StepRow = {
  readonly actors: readonly Actor[]
  readonly description: string | ((args: never) => string)
  readonly args: Readonly<Record<string, Kind>>
  /** The parent takes it back when a later step fails: undo_<name> in C. */
  readonly undo?: true
}

const parent = ['parent'] as const
const init = ['init'] as const

export const stepTable = {
  // --- the terminal of the process (unix(7), SCM_RIGHTS): made by the init, handed over by the parent. First, while nothing is made yet
  console_socket: { actors: parent, description: 'the terminal goes to {path}', args: { path: 'str' } },
  // or shown on the terminal of the caller, until the process has ended
  caller_terminal: { actors: parent, description: 'that of stderr, stdout or stdin, else open /dev/tty', args: {} },

  // --- the state folder <root>/<id>, and the cgroup (parent)
  claim: { actors: parent, undo: true, description: 'make the state folder, lock it', args: { mode: 'mode' } },
  record: { actors: parent, description: '{name}', args: { name: 'str', mode: 'mode', content: 'text' } },
  pidfile: { actors: parent, undo: true, description: 'the pid to {path}', args: { path: 'str', content: 'text' } },
  // `name`: the word that comes with it, standard for a container's first process and setns for one of exec
  pidfd_socket: {
    actors: parent,
    description: 'a pidfd of the process to {path}, named {name}',
    args: { path: 'str', name: 'str' },
  },
  listen: { actors: parent, description: 'the socket that start connects to', args: { name: 'str' } },
  // sd_notify(3): a folder that the container sees, and in it a socket of ours between the process and the service manager that called us
  notify_folder: { actors: parent, description: 'the folder for it', args: {} },
  notify_socket: { actors: parent, description: 'between the process and {path}', args: { path: 'str' } },
  // `at`: the place of each in the list of the container's cgroups, by which the record says whether it was made
  cgroup: { actors: parent, undo: true, description: 'mkdir {dirs}', args: { dirs: 'texts', at: 'u32s' } },
  cpuset: { actors: parent, description: 'cpus and mems of the parent where {dir} has none', args: { dir: 'text' } },
  // cgroup v2: the controllers come down to what is below `dirs`, the highest first (cgroups(7), cgroup.subtree_control)
  enable: {
    actors: parent,
    description: '{needed} {wanted} below {dirs}',
    args: {
      dirs: 'texts',
      needed: 'strs', // a limit asks for them
      wanted: 'strs', // for what they count; passed over where the kernel refuses
    },
  },
  write: {
    actors: parent,
    description: '{value} to {path}',
    args: { path: 'text', value: 'str', missing_ok: 'bool' }, // missing_ok: without the file holds what the value says
  },
  write_either: {
    actors: parent,
    description: '{value} to {path}, where it is missing {other_value} to {other_path}',
    args: { path: 'text', value: 'str', other_path: 'text', other_value: 'str' },
  },
  // the folder and its files that /sys/kernel/cgroup/delegate names get an owner inside the container (cgroups(7))
  delegate: { actors: parent, description: '{dir} to {uid}:{gid}', args: { dir: 'text', uid: 'u32', gid: 'u32' } },
  // resctrl. `stays`: also when a foreground run has ended; `status`: where the kernel says what was wrong
  rdt_group: {
    actors: parent,
    undo: true,
    description: 'mkdir {path}',
    args: { path: 'text', monitor: 'bool', stays: 'bool', status: 'str' },
  },
  rdt_find: { actors: parent, description: '{path}', args: { path: 'text' } },
  rdt_schemata: {
    actors: parent,
    description: '{schemata} to {path}; if it was there before it must have that',
    args: { path: 'text', schemata: 'str', status: 'str' },
  },
  device_filter: {
    actors: parent,
    description: 'eBPF device filter on {dir}',
    args: { dir: 'text', program: 'bytes' },
  },

  // a turn of the parent that begins with it does not wait for the init's turn before: that one goes on meanwhile
  concurrent: { actors: parent, description: 'while the init goes on', args: {} },

  // --- birth (parent): `flags` are namespaces made with the clone; `into` is a cgroup v2 folder or empty
  spawn: {
    actors: parent,
    undo: true,
    description: 'the init {flags} {into}',
    args: {
      flags: 'namespaces',
      into: 'text',
      environment: 'bool', // that of the caller, for hooks that inherit it; else it has none
    },
  },
  // systemd makes the cgroup and moves the init into it. The messages are complete but for its pid (org.freedesktop.systemd1(5))
  unit: {
    actors: parent,
    undo: true,
    description: '{name} by systemd at {bus}: {properties}',
    args: {
      name: 'str',
      bus: 'str', // its socket
      properties: 'str', // what `start` says, to be read
      hello: 'bytes', // what every connection begins with
      start: 'bytes',
      pid_at: 'u32', // where in `start` the pid belongs
      reset: 'bytes', // a unit of that name that has failed
      stop: 'bytes',
      dirs: 'texts', // its cgroups
      made: 'u32s', // the places of those that systemd makes
      timeout: 'u32', // milliseconds
    },
  },
  join: { actors: init, description: 'cgroup {dirs}', args: { dirs: 'texts' } },
  source: {
    actors: init,
    description: '{slot}: clone of {path} {propagation}',
    args: {
      slot: 'fills',
      path: 'text',
      recursive: 'bool',
      propagation: 'propagation', // 0: as it comes, so a shared mount stays in its peer group
      strict: 'bool', // no symlink anywhere in the path (the rootfs)
      nofollow: 'bool', // a symlink at the end of the path is what is cloned
      late: 'bool', // opened now, cloned when it gets its place: mountinfo lists mounts in the order of their making
    },
  },
  // what an image has there may lead nowhere but into the root
  source_in_root: {
    actors: init,
    description: '{slot}: clone of {path} in the root {propagation}',
    args: { slot: 'fills', path: 'str', recursive: 'bool', propagation: 'propagation', nofollow: 'bool' },
  },
  nsfd: { actors: init, description: 'open {path} {type}', args: { type: 'namespaces', path: 'str', own: 'str' } },
  // `drop_groups`: before, as a user namespace may forbid setgroups(2)
  setns: { actors: init, description: '{type}', args: { type: 'namespaces', drop_groups: 'bool' } },
  unshare: { actors: init, description: '{flags}', args: { flags: 'namespaces' } },
  idmap: {
    actors: parent,
    description: 'uid {uids} gid {gids}',
    args: {
      uids: 'str',
      gids: 'str',
      deny_setgroups: 'bool',
      // by newuidmap(1) and newgidmap(1): for a caller without privilege, and more than its own id
      uid_helper: 'bool',
      gid_helper: 'bool',
    },
  },
  // 0, or where the maps have no 0 the user of the process
  become_root: {
    actors: init,
    description: 'uid {uid}, gid {gid} of the user namespace',
    args: { uid: 'u32', gid: 'u32', keep_groups: 'bool' },
  },
  time_offsets: { actors: parent, description: '{offsets}', args: { offsets: 'str' } },
  fork: { actors: init, description: 'into the namespaces that only a child enters', args: {} },
  oom_score: {
    actors: parent,
    description: '{value}',
    args: { value: 'str', lenient: 'bool' }, // lenient: EACCES and EPERM are noted and the plan goes on
  },
  parent_death: { actors: init, description: '{signal} when the parent ends', args: { signal: 'signal' } },
  undumpable: { actors: init, description: 'no ptrace from inside', args: {} },
  // without root rights nobody enters the namespaces of an undumpable process: ptrace(2), access mode checking
  dumpable: { actors: init, description: 'hooks may enter its namespaces', args: {} },
  prlimit: {
    actors: ['parent', 'init'] as const, // init: on itself; parent: on the init, where a user namespace would cost the right
    description: '{resource} {soft} {hard}',
    args: { resource: 'rlimit', soft: 'u64', hard: 'u64' },
  },

  // --- the process (init)
  setsid: { actors: init, description: 'a session of its own', args: {} },
  keyring: { actors: init, description: 'session keyring {name}', args: { name: 'text' } },
  loopback: { actors: init, description: 'lo up', args: {} },

  // --- file systems (init). Targets are resolved inside the root, once, and used by fd.
  propagation: { actors: init, description: '{flags} on /', args: { flags: 'propagation' } },
  // the init stands in this folder from here on, also in a mount namespace that is made later; no symlink anywhere in the path
  rootfs: { actors: init, description: '{path}', args: { path: 'str' } },
  // attached where the init stands; from here on it is the root
  root: {
    actors: init,
    description: 'a clone of the rootfs over itself {propagation}',
    args: { propagation: 'propagation' },
  },
  joined_root: {
    actors: init,
    description: 'clone {slot} over the rootfs of the joined mount namespace',
    args: { slot: 'slot' },
  },
  uncover: { actors: parent, undo: true, description: '{path} is unmounted in the end', args: { path: 'str' } },
  mount: {
    actors: init,
    description: '{fs} on {target} {attrs} {options}',
    args: {
      fs: 'str',
      source: 'str',
      target: 'str',
      attrs: 'attrs',
      options: 'strs', // `name` or `name=value`, for fsconfig(2)
      propagation: 'propagation', // 0: as it comes
      no_symlinks: 'bool', // the target must be a directory by its own name, no symlink on the way (/proc, /sys)
      cover: 'bool', // take the mode of the directory that is covered (tmpfs)
      copyup: 'bool', // copy what is covered into the new file system
    },
  },
  // without root rights: where something of the host's lies hidden, a new one would show it, and the kernel refuses that
  mount_or_bind: {
    actors: init,
    description: '{fs} on {target} {attrs} {options}, or clone {slot} where that is refused',
    args: {
      fs: 'str',
      source: 'str',
      target: 'str',
      attrs: 'attrs',
      options: 'strs',
      propagation: 'propagation',
      no_symlinks: 'bool',
      slot: 'slot',
    },
  },
  bind: {
    actors: init,
    description: 'clone {slot} on {target} {set} {must_clear} {recursive_set} {recursive_clear} {propagation}',
    args: {
      slot: 'slot',
      target: 'str',
      set: 'attrs',
      clear: 'cleared', // tried first; on EPERM (a locked flag) `must_clear` instead
      must_clear: 'cleared', // what the config itself asked to clear
      recursive_set: 'rattrs',
      recursive_clear: 'rcleared',
      propagation: 'propagation', // 0: as it comes
      no_symlinks: 'bool',
      nofollow: 'bool', // a symlink at the end of the target is what is covered
      copy_symlink: 'bool', // a source that is a symlink is made again at the target, and nothing is mounted
      proc_file: 'bool', // one of the few files below /proc that may be covered; all others are refused
    },
  },
  idmap_source: {
    actors: init,
    description: 'clone {slot} seen through uid {uids} gid {gids}',
    args: { slot: 'slot', uids: 'str', gids: 'str', recursive: 'bool' },
  },
  remount: {
    actors: init,
    description: '{target} {set} {clear} {propagation}',
    args: {
      target: 'str',
      set: 'attrs',
      clear: 'cleared',
      recursive: 'bool', // set and clear on all mounts below too
      propagation: 'propagation', // 0: as it is
    },
  },
  symlink: {
    actors: init,
    description: '{path} → {target}',
    args: { target: 'str', path: 'str', replace: 'bool' }, // replace what is there, else leave it
  },
  device: {
    actors: init,
    description: '{type} {path} {device} {mode} {uid}:{gid}',
    args: { path: 'str', type: 'node', device: 'device', mode: 'mode', uid: 'u32', gid: 'u32' },
  },
  // in a user namespace, which makes no device: made outside, in a file system that nobody else sees; ids of the host
  device_source: {
    actors: init,
    description: '{slot}: {type} {device} {mode} {uid}:{gid}',
    args: { slot: 'fills', type: 'node', device: 'device', mode: 'mode', uid: 'u32', gid: 'u32' },
  },
  device_bind: {
    actors: init,
    description: 'clone {slot} on {path}, if it is {type} {device}',
    args: { path: 'str', slot: 'slot', type: 'node', device: 'device' },
  },
  // with its parents, inside the root; one that is there stays as it is
  mkdir: { actors: init, description: '{path} {mode}', args: { path: 'str', mode: 'mode' } },
  pivot: { actors: init, description: 'the root; the old one goes', args: {} },
  move_root: { actors: init, description: 'the root by move and chroot', args: {} },
  chroot: { actors: init, description: 'the root by chroot alone', args: {} },
  root_propagation: { actors: init, description: '{flags} on the new /', args: { flags: 'propagation' } },
  readonly: { actors: init, description: '{path}', args: { path: 'str' } },
  // `label`: an option for the tmpfs that covers a folder; empty for none
  mask: { actors: init, description: '{path} {label}', args: { path: 'str', slot: 'slot', label: 'str' } },

  // a pty of the container's own devpts: controlling terminal, stdin, stdout and stderr (pts(4), ioctl_tty(2))
  terminal: {
    actors: init,
    description: terminalLine,
    args: {
      uid: 'u32', // its owner
      rows: 'u32', // 0 and 0: as the kernel makes it
      columns: 'u32',
      console: 'bool', // bound on /dev/console too
    },
  },

  // --- names and kernel settings of the namespaces (init)
  hostname: { actors: init, description: '{name}', args: { name: 'str' } },
  domainname: { actors: init, description: '{name}', args: { name: 'str' } },
  procfs: { actors: init, description: 'a private procfs', args: {} },
  host_procfs: {
    actors: init,
    description: 'clone {slot}, whose files are procfs if nothing is mounted over them',
    args: { slot: 'slot' },
  },
  sysctl: { actors: init, description: '{path} = {value}', args: { path: 'str', value: 'str' } },

  // --- credentials (init)
  stdio_owner: { actors: init, description: 'of stdin, stdout, stderr: {uid}:{gid}', args: { uid: 'u32', gid: 'u32' } },
  executable: {
    actors: init,
    description: 'one of {paths}',
    args: {
      paths: 'strs',
      early: 'bool', // `capabilities` is still to come: what will be effective then is meanwhile
      caps: 'caps',
    },
  },
  chdir: { actors: init, description: '{path}', args: { path: 'str', make: 'bool' } },
  bounding: { actors: init, description: '{caps}', args: { caps: 'caps' } },
  user: {
    actors: init,
    description: '{uid}:{gid} groups {groups}',
    args: {
      uid: 'u32',
      gid: 'u32',
      groups: 'u32s',
      setgroups: 'bool', // not where the user namespace denies setgroups(2)
    },
  },
  cwd: {
    actors: init,
    description: '{path} as the user where root was refused; must be inside',
    args: { path: 'str' },
  },
  capabilities: {
    actors: init,
    description: capabilitySets,
    args: { effective: 'caps', permitted: 'caps', inheritable: 'caps', ambient: 'caps' },
  },
  umask: { actors: init, description: '{mask}', args: { mask: 'mode' } },
  no_new_privs: { actors: init, description: 'no exec grants more', args: {} },

  // --- what the process is to the scheduler, the allocator and the security modules (init)
  affinity: { actors: init, description: cpuList, args: { cpus: 'bytes' } }, // a bit each; empty: every one of its cgroup
  scheduler: {
    actors: ['parent', 'init'] as const, // parent: on the init, whose user namespace would cost the right
    description: scheduled,
    args: {
      policy: 'u32',
      flags: 'u64',
      nice: 'u32', // two's complement
      priority: 'u32',
      runtime: 'u64',
      deadline: 'u64',
      period: 'u64',
    },
  },
  io_priority: { actors: ['parent', 'init'] as const, description: ioPriority, args: { value: 'u32' } },
  personality: { actors: init, description: domain, args: { domain: 'u32' } },
  memory_policy: { actors: init, description: memoryPolicyLine, args: { mode: 'u32', nodes: 'bytes' } },
  label: { actors: init, description: '{file} {value}', args: { file: 'str', value: 'str' } }, // file: below /proc/PID/attr/
  file_label: { actors: init, description: '{path} {value}', args: { path: 'str', value: 'str' } }, // SELinux's, on a folder
  // the init's network namespace lives on in the file `path`
  net_keep: { actors: parent, undo: true, description: 'the network namespace at {path}', args: { path: 'text' } },
  // the device goes into it under the name `to`, with its addresses, and up; `path` is where it is brought back from
  net_device: {
    actors: parent,
    undo: true,
    description: '{name} as {to}',
    args: { name: 'str', to: 'str', path: 'text' },
  },

  // a namespace of the init lives on in a file, which is made where it is missing; `file`: below /proc/PID
  pin: {
    actors: parent,
    undo: true,
    description: '{type} at {path}',
    args: { type: 'namespaces', file: 'str', path: 'str' },
  },

  // --- networks (parent): `of` is the name of one that net_open has opened
  // an empty path: that of the caller. `pid`: the process whose path it is; 0: nobody's
  net_open: {
    actors: parent,
    description: '{name} {path}',
    args: { name: 'str', path: 'str', pid: 'u32', start_time: 'u64' },
  },
  bridge: { actors: parent, undo: true, description: '{name} of {of}', args: { of: 'str', name: 'str' } },
  veth: {
    actors: parent,
    undo: true,
    description: '{name} of {of}, its other end {other} of {other_of}',
    args: { of: 'str', name: 'str', other_of: 'str', other: 'str' },
  },
  link_join: {
    actors: parent,
    description: '{device} to the bridge {bridge} of {of}',
    args: { of: 'str', device: 'str', bridge: 'str' },
  },
  // with its addresses
  link_move: {
    actors: parent,
    undo: true,
    description: '{name} of {of} as {to} to {to_of}',
    args: { of: 'str', name: 'str', to_of: 'str', to: 'str' },
  },
  address: {
    actors: parent,
    undo: true,
    description: '{address}/{prefix} on {device} of {of}',
    args: { of: 'str', device: 'str', address: 'str', prefix: 'u32' },
  },
  link_up: { actors: parent, undo: true, description: '{device} of {of}', args: { of: 'str', device: 'str' } },
  route: {
    actors: parent,
    undo: true,
    description: '{to}/{prefix} by {gateway} on {device} of {of}',
    args: { of: 'str', device: 'str', to: 'str', prefix: 'u32', gateway: 'str' },
  },
  // there is no undo: it comes last
  link_remove: { actors: parent, description: '{device} of {of}', args: { of: 'str', device: 'str' } },

  // --- exec: a process beside the init of a container that runs
  // the procfs of the caller, while it is in sight
  own_procfs: { actors: init, description: 'the procfs of the caller', args: {} },
  // at once, by a pidfd of the container's init (setns(2)); ESRCH: that one has ended
  enter: {
    actors: init,
    description: '{types} of {pid}',
    args: { types: 'namespaces', drop_groups: 'bool', pid: 'u32', start_time: 'u64' }, // as for setns
  },
  // by chroot, unless it is that of the mount namespace
  enter_root: { actors: init, description: '{path}', args: { path: 'str' } },
  // mounts add, mounts remove: by it mounts are unmounted by descriptor. Where a later step fails, all are that were made since
  patient: { actors: parent, description: 'an init that undoes its mounts is not killed meanwhile', args: {} },
  hold_procfs: { actors: init, description: 'the procfs of the caller, by which mounts are undone', args: {} },
  // no symlink on the way
  mounted: { actors: init, description: '{slot}: what is mounted on {target}', args: { slot: 'fills', target: 'str' } },
  detach: { actors: init, description: 'unmount {slot}', args: { slot: 'slot' } },
  done: { actors: init, description: 'leave', args: {} },
  // the init waits for it: with a parent that was killed it has gone, and left nothing in the container
  alive: { actors: parent, description: 'who ordered it is there', args: {} },

  // --- checkpoint and restore (parent): criu(8), told in messages of its images/rpc.proto
  // `into`: the cgroup v2 that it is born in; `root`: what it sees at `place`; `folders`, then `inherit`: its descriptors 4, 5 …
  criu: {
    actors: parent,
    undo: true,
    description: 'swrk {into} {root}',
    args: {
      into: 'text',
      root: 'str',
      place: 'str',
      folders: 'strs', // made where they are missing, with this mode
      mode: 'mode',
      inherit: 'strs',
      record: 'str', // a file in the first of them
    },
  },
  criu_ask: {
    actors: parent,
    description: '{verb}',
    args: {
      verb: 'str',
      join: 'texts', // cgroups of v1, before
      request: 'bytes',
      answer: 'bytes', // to each notification
      until: 'str', // one that a later step answers; empty: none
      dump: 'bool', // no signal ends it: what it has stopped would stay so
    },
  },

  // --- the end of the plan
  wait: { actors: init, description: 'for start', args: {} },
  hook: {
    actors: ['parent', 'init'] as const,
    description: '{kind} {path} {args}',
    args: {
      kind: 'str',
      path: 'str',
      args: 'strs',
      env: 'strs',
      inherit: 'bool', // the environment of who runs it, in place of `env`
      timeout: 'u32', // milliseconds; 0: none
      cwd: 'str',
      state: 'text', // on stdin
      lenient: 'bool', // a failure is noted and the plan goes on
    },
  },
  // an entry `HOME=` of the environment of exec, and of hooks of the init, gets the value that `home` found
  home: { actors: init, description: 'of {uid} from /etc/passwd of the root, else /', args: { uid: 'u32' } },
  exit: { actors: init, description: 'the config has no process: leave', args: {} },
  // all descriptors but the process's own are closed, all signals as a new process has them
  clean: {
    actors: init,
    description: 'descriptors and signals',
    args: {
      hooks: 'bool', // they come before execve: `ready` says when that is due
      doubt: 'bool', // `seccomp` is the next step, and from there the init may end without a word
      doomed: 'bool', // that filter forbids execve, or what has to come before it
    },
  },
  ready: { actors: init, description: 'execve comes next', args: {} },
  // connected before the filter can be loaded, told of it when it is (seccomp_unotify(2)); pid 0: the init of this program
  agent: {
    actors: parent,
    description: 'of seccomp at {path}',
    args: { path: 'str', state: 'text', pid: 'u32', start_time: 'u64' },
  },
  seccomp: {
    actors: init,
    description: '{filter} {flags}',
    args: {
      filter: 'bytes',
      flags: 'u32',
      notify: 'bool',
      raise: 'bool', // all that is permitted becomes effective first: CAP_SYS_ADMIN of a user that is not root
    },
  },
  exec: { actors: init, description: '{args}', args: { args: 'strs', env: 'strs' } },
  // in milliseconds; `whole`: SIGTERM goes to all that came of the process, not to it alone
  deadline: {
    actors: parent,
    description: 'TERM after {timeout} ms, KILL {grace} ms later: 124',
    args: { timeout: 'u64', grace: 'u32', whole: 'bool' },
  },
  executed: { actors: parent, description: 'the program has begun', args: {} },
  reap: { actors: parent, description: 'wait for the process, pass signals on', args: {} },
  unwind: { actors: parent, description: 'undo all of this, in reverse', args: {} },
  undo_hook: {
    actors: parent,
    undo: true,
    description: '{kind} {path} {args} once the container is gone',
    args: {
      kind: 'str',
      path: 'str',
      args: 'strs',
      env: 'strs',
      inherit: 'bool',
      timeout: 'u32',
      cwd: 'str',
      state: 'text',
    },
  },

  // --- start, kill, delete (parent)
  start: { actors: parent, description: 'the waiting init', args: { name: 'str', pid: 'u32', start_time: 'u64' } },
  unlink: { actors: parent, description: '{name}', args: { name: 'str' } },
  unlock: { actors: parent, description: 'others may work on the container from here on', args: {} },
  // until the process has said READY=1. `pid`: of the init; 0: it was made here
  notify: {
    actors: parent,
    description: 'wait until the process is ready, and pass it on',
    args: { pid: 'u32', start_time: 'u64' },
  },
  signal: {
    actors: parent,
    description: '{signal} to {pid}',
    args: { pid: 'u32', start_time: 'u64', signal: 'signal', lenient: 'bool' }, // lenient: it may be gone already
  },
  // `inodes`: of the cgroups that were made for the container, 0 for the others, which are left alone: native/parent/cgroup.h
  signal_all: {
    actors: parent,
    description: '{signal} to all in {dirs}',
    // `pid`: the init, which somebody may have moved out of them; 0: none
    args: { dirs: 'texts', inodes: 'strs', signal: 'signal', pid: 'u32', start_time: 'u64' },
  },
  // with all below it (freezer of cgroup v1)
  thaw: { actors: parent, description: '{dir}', args: { dir: 'text' } },
  // a limit of a container that is there. `was`: what the file held, which is written again when a later step fails
  change: {
    actors: parent,
    undo: true,
    description: '{value} to {path}, where it was {was}',
    args: { path: 'str', value: 'str', was: 'str' },
  },
  set_unit: {
    actors: parent,
    description: '{name} by systemd at {bus}: {properties}',
    args: { name: 'str', bus: 'str', properties: 'str', hello: 'bytes', call: 'bytes', timeout: 'u32' },
  },
  // the container, as a whole: what it has frozen itself below stays so. `inode`: of that cgroup; `timeout`: milliseconds
  freeze: { actors: parent, description: '{dir}', args: { dir: 'text', inode: 'u64', timeout: 'u32' } },
  unfreeze: { actors: parent, description: '{dir}', args: { dir: 'text', inode: 'u64', timeout: 'u32' } },
  // whoever keeps it from dying, in the cgroups `dirs`, is killed and thawed
  wait_for_exit: {
    actors: parent,
    description: '{pid}',
    args: { pid: 'u32', start_time: 'u64', timeout: 'u32', dirs: 'texts', inodes: 'strs' },
  },
  // ESTALE unless the file `name` has `mark` in it, or with an empty mark is not there: it is another container of that id by now
  lock: { actors: parent, description: 'the state folder', args: { name: 'str', mark: 'str' } },
  // the mount `cover` and no other; 0: it is not known, and is what lies over the mount `below` (statx(2), stx_mnt_id)
  unmount: { actors: parent, description: '{path}', args: { path: 'str', cover: 'u64', below: 'u64' } },
  remove_cgroup: { actors: parent, description: '{dirs}', args: { dirs: 'texts', inodes: 'strs' } },
  // the device `to` of the namespace at `path` is `name` on the host again, with its addresses; no failure: it may be gone
  net_return: {
    actors: parent,
    description: '{to} as {name} from {path}',
    args: { name: 'str', to: 'str', path: 'text' },
  },
  net_release: { actors: parent, description: '{path}', args: { path: 'text' } },
  rdt_remove: { actors: parent, description: '{dirs}', args: { dirs: 'texts' } },
  stop_unit: {
    actors: parent,
    description: '{name} by systemd at {bus}',
    args: {
      name: 'str',
      bus: 'str',
      hello: 'bytes',
      stop: 'bytes',
      reset: 'bytes',
      timeout: 'u32',
      // one of its cgroups: with another inode there, it is another unit
      dir: 'str',
      inode: 'u64',
    },
  },
  remove_state: { actors: parent, description: 'the state folder', args: {} },
} as const satisfies Record<string, StepRow>
