import type { CommandRow } from './row.ts'

const file = { argument: 'FILE', optional: true } as const

/** The flags for the eight types. */
const files = (which: string, what: string) =>
  ({
    mount: { short: 'm', ...file, description: `${which} mount namespace; ${what}` },
    uts: { short: 'u', ...file, description: `${which} uts namespace: the hostname` },
    ipc: { short: 'i', ...file, description: `${which} ipc namespace` },
    net: { short: 'n', ...file, description: `${which} network namespace` },
    pid: { short: 'p', ...file, description: `${which} pid namespace` },
    user: { short: 'U', ...file, description: `${which} user namespace` },
    cgroup: { short: 'C', ...file, description: `${which} cgroup namespace` },
    time: { short: 'T', ...file, description: `${which} time namespace` },
  }) as const

const net = { argument: 'ADDRESS/PREFIX' } as const

const aside = {
  help: { short: 'h', description: 'this help', hidden: true },
  version: { short: 'V', description: 'the version', hidden: true },
} as const

/** The tools for namespaces, with containers and without: their rows are loaded with them (namespaces.ts). */
export const namespaceCommands = {
  ns: {
    description: 'list all namespaces; show, diff, pin and unpin those of a process',
    argument: 'ACTION [WORD...]',
    min: 1,
    max: 4,
    flags: {
      tree: { description: 'list: each below the user namespace that owns it, or the one in which it was made' },
      type: { short: 't', argument: 'TYPE', description: 'list: user, pid, mnt, net, uts, ipc, cgroup or time alone' },
      json: { short: 'J', description: 'as JSON, and all that is known' },
    },
  },
  net: {
    description: 'list, show, add and remove network devices of containers and namespaces',
    argument: 'ACTION WORD...',
    min: 1,
    max: 3,
    flags: {
      name: { argument: 'DEVICE', description: 'add: what the device is called there (default: eth0)' },
      address: { ...net, many: true, description: 'add: its address; may be given again, as all of these' },
      gateway: { argument: 'ADDRESS', many: true, description: 'add: the way to all other networks' },
      route: { argument: 'NETWORK/PREFIX=GATEWAY', many: true, description: 'add: the way to one other network' },
      bridge: {
        argument: 'DEVICE',
        description:
          'add: the other end is a port of this bridge, made where it is missing; without WHERE only that is made',
      },
      'bridge-address': { ...net, many: true, description: 'add: the address of the bridge' },
      peer: {
        argument: 'WHERE',
        description:
          'add: where the other end and the bridge are: an id, a pid, a path or a name of ip netns (default: here)',
      },
      'peer-name': { argument: 'DEVICE', description: 'add: what the other end is called (default: WHERE-DEVICE)' },
      'peer-address': { ...net, many: true, description: 'add: the address of the other end' },
      device: { argument: 'DEVICE', description: 'add: no new pair; this one, which is there, gets the addresses' },
      move: { argument: 'DEVICE', description: 'add: no new pair; this one of --peer goes there, with its addresses' },
      plan: { description: 'add, remove: print what would be done, and do nothing' },
      json: { short: 'J', description: 'list, show: as JSON' },
    },
  },
  unshare: {
    description: 'run a program in new namespaces, as unshare(1)',
    argument: '[COMMAND]',
    min: 0,
    max: Number.POSITIVE_INFINITY,
    program: true,
    getopt: '',
    flags: {
      ...files('a new', 'FILE, on which its file is mounted, holds it when the program has ended'),
      fork: { short: 'f', description: 'the program is a child, and so process 1 of a new pid namespace' },
      'map-user': { argument: 'UID|NAME', description: 'your uid is this one inside (with --user)' },
      'map-group': { argument: 'GID|NAME', description: 'your gid is this one inside (with --user)' },
      'map-root-user': { short: 'r', description: 'you are root inside (with --user)' },
      'map-current-user': { short: 'c', description: 'you are yourself inside (with --user)' },
      'map-users': {
        argument: 'OUTSIDE,INSIDE,COUNT',
        description: 'map a range of uids; auto: that of /etc/subuid; subids: the same to itself (with --user)',
      },
      'map-groups': {
        argument: 'OUTSIDE,INSIDE,COUNT',
        description: 'map a range of gids; auto: that of /etc/subgid; subids: the same to itself (with --user)',
      },
      'map-auto': { description: '--map-users auto --map-groups auto' },
      'map-subids': { description: '--map-users subids --map-groups subids: the same ids inside as outside' },
      'kill-child': {
        argument: 'SIGNAL',
        optional: true,
        description: 'this signal for the program when ocits ends (default: KILL; with --fork)',
      },
      'mount-proc': {
        argument: 'DIR',
        optional: true,
        description: 'mount a proc of the new pid namespace (default: on /proc; with --mount)',
      },
      propagation: {
        argument: 'KIND',
        description: 'of the mounts in the new mount namespace: private (default), slave, shared or unchanged',
      },
      setgroups: { argument: 'allow|deny', description: 'whether setgroups(2) is allowed in the new user namespace' },
      'keep-caps': { description: 'keep the capabilities of the new user namespace, whatever the uid' },
      root: { short: 'R', argument: 'DIR', description: 'its root' },
      wd: { short: 'w', argument: 'DIR', description: 'where it starts, seen from that root' },
      setuid: { short: 'S', argument: 'UID', description: 'its uid, seen from inside' },
      setgid: { short: 'G', argument: 'GID', description: 'its gid, seen from inside; it has no other groups' },
      monotonic: { argument: 'SECONDS', description: 'what its monotonic clock is ahead (with --time)' },
      boottime: { argument: 'SECONDS', description: 'what its clock since boot is ahead (with --time)' },
      plan: { description: 'print what would be done, and do nothing' },
      spec: { description: 'print a config.json that says the same, and do nothing' },
      quiet: { short: 'q', description: 'no word about what surprises people inside' },
      ...aside,
    },
  },
  enter: {
    description: 'run a program in namespaces of a container, a process, or files, as nsenter(1)',
    argument: 'ID [COMMAND]',
    min: 0,
    max: Number.POSITIVE_INFINITY,
    program: true,
    getopt: 'target',
    flags: {
      target: { short: 't', argument: 'ID|PID', description: 'whose: the same as the first word' },
      all: { short: 'a', description: 'all of the target, as without any of the flags that follow' },
      ...files('its', 'or that which FILE holds'),
      root: { short: 'r', argument: 'DIR', optional: true, description: 'the root (default: that of the target)' },
      wd: {
        short: 'w',
        argument: 'DIR',
        optional: true,
        description: 'where it starts (default: where the target is)',
      },
      setuid: { short: 'S', argument: 'UID', description: 'its uid, seen from inside (default with --user: 0)' },
      setgid: { short: 'G', argument: 'GID', description: 'its gid, seen from inside (default with --user: 0)' },
      'preserve-credentials': { description: 'with --user: keep uid, gid and groups' },
      env: { short: 'e', description: 'the environment of the target, as it was when its program began' },
      'join-cgroup': { short: 'c', description: 'in the cgroups of the target' },
      'no-fork': { short: 'F', description: 'with --pid: only the children of the program are in it' },
      plan: { description: 'print what would be done, and do nothing' },
      ...aside,
    },
  },
} as const satisfies Record<string, CommandRow>

export type NamespaceVerb = keyof typeof namespaceCommands
