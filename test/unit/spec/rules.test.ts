import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Fault } from '../../../src/spec/pointer.ts'
import { type Findings, rules } from '../../../src/spec/rules.ts'
import type { Spec } from '../../../src/spec/spec.ts'
import { isSpec } from '../../../src/spec/validate.gen.ts'
import { full } from './full.ts'

type Part = Record<string, unknown>
/** The findings: faults, and warnings after `warning: `. */
type Case = readonly [name: string, config: Part, ...found: string[]]

const all = ['user', 'uts', 'ipc', 'pid', 'mount', 'network', 'cgroup', 'time'].map((type) => ({ type }))
const maps = [{ containerID: 0, hostID: 1000, size: 10 }]
const base = { ociVersion: '1.3.0', root: { path: 'rootfs' } }

const process = (part: Part) => ({ process: { cwd: '/', args: ['sh'], ...part } })
const linux = (part: Part) => ({ linux: { namespaces: all, uidMappings: maps, gidMappings: maps, ...part } })
const mount = (part: Part) => ({ mounts: [{ destination: '/a', type: 'tmpfs', ...part }] })
const bind = (part: Part) => mount({ type: 'bind', source: '/b', ...part })
const sysctl = (key: string, namespaces: unknown = all, value = '1') => linux({ sysctl: { [key]: value }, namespaces })
const resources = (part: Part) => linux({ resources: part })
const seccomp = (part: Part) => linux({ seccomp: { defaultAction: 'SCMP_ACT_ALLOW', ...part } })
const call = (part: Part) => seccomp({ syscalls: [{ names: ['read'], action: 'SCMP_ACT_ALLOW', ...part }] })

const topCases: readonly Case[] = [
  [
    'a version of long ago',
    { ociVersion: '0.5.0-dev' },
    'warning: /ociVersion unknown version "0.5.0-dev": it is taken as 1.x',
  ],
  ['a version to come', { ociVersion: '12.0' }, 'warning: /ociVersion unknown version "12.0": it is taken as 1.x'],
  ['a word for a version', { ociVersion: 'v1.0' }, '/ociVersion unknown version "v1.0": 1.x is known'],
  ['an empty version', { ociVersion: '' }, '/ociVersion unknown version "": 1.x is known'],
  ['half a version', { ociVersion: '1' }, '/ociVersion unknown version "1": 1.x is known'],
  ['no root', { root: undefined }, '/root root must be specified'],
  ['an empty root', { root: { path: '' } }, '/root/path path must not be empty'],
  ['an empty key', { annotations: { '': 'a' } }, '/annotations/ the key of an annotation must not be empty'],
  ['hostname without uts', { hostname: 'a' }, '/hostname unable to set hostname without a private UTS namespace'],
  [
    'domainname without uts',
    { domainname: 'a' },
    '/domainname unable to set domainname without a private UTS namespace',
  ],
  ['an empty hostname', { hostname: '', domainname: '' }],
  ['a hostname of 64 bytes', { hostname: 'é'.repeat(32), ...linux({}) }],
  ['a hostname of 65 bytes', { hostname: `${'é'.repeat(32)}a`, ...linux({}) }, '/hostname longer than 64 bytes'],
  [
    'a relative hook',
    { hooks: { poststop: [{ path: '/a' }, { path: 'a' }] } },
    '/hooks/poststop/1/path path of a hook must be absolute',
  ],
]

const annotated = (key: string, value: string, part: Part = {}) => ({
  annotations: { [key]: value },
  ...process({ user: { uid: 0, gid: 0, additionalGids: [5] }, ...part }),
})
const groupsKept = 'run.oci.keep_original_groups leaves the groups as they are: none can be added'

const annotationCases: readonly Case[] = [
  [
    'a context that is none',
    annotated('run.oci.mount_context_type', 'label'),
    '/annotations/run.oci.mount_context_type Expected one of context, fscontext, defcontext, rootcontext',
  ],
  ['a context', annotated('run.oci.mount_context_type', 'rootcontext')],
  [
    'groups kept and added',
    annotated('run.oci.keep_original_groups', '1'),
    `/process/user/additionalGids ${groupsKept}`,
  ],
  ['groups not kept', annotated('run.oci.keep_original_groups', '0')],
  ['groups kept', annotated('run.oci.keep_original_groups', 'true', { user: undefined })],
  ['an annotation of another runtime', annotated('run.oci.handler', 'krun')],
]

const unknownCapability = (name: string) => `ignoring unknown or unavailable capability "${name}"`

const processCases: readonly Case[] = [
  ['no args', process({ args: undefined }), '/process/args args must not be empty'],
  ['empty args', process({ args: [] }), '/process/args args must not be empty'],
  ['an empty cwd', process({ cwd: '' }), '/process/cwd Cwd property must not be empty'],
  ['a relative cwd', process({ cwd: 'a' }), '/process/cwd Cwd must be an absolute path'],
  ['env without =', process({ env: ['A=', 'A'] }), "/process/env/1 invalid environment variable: missing '='"],
  ['env without a name', process({ env: ['=a'] }), '/process/env/0 invalid environment variable: name cannot be empty'],
  [
    'an unknown capability',
    process({ capabilities: { bounding: ['CAP_KILL', 'CAP_X'] } }),
    `warning: /process/capabilities/bounding/1 ${unknownCapability('CAP_X')}`,
  ],
  [
    'a capability of Object',
    process({ capabilities: { ambient: ['toString'] } }),
    `warning: /process/capabilities/ambient/0 ${unknownCapability('toString')}`,
  ],
  [
    'ambient capabilities without any inheritable one',
    process({ capabilities: { ambient: ['CAP_KILL', 'CAP_CHOWN'], permitted: ['CAP_KILL', 'CAP_CHOWN'] } }),
    'warning: /process/capabilities/ambient none is raised: no capability is inheritable',
  ],
  [
    'an ambient capability without the others',
    process({
      capabilities: {
        ambient: ['CAP_KILL', 'CAP_CHOWN', 'CAP_FOWNER', 'CAP_FSETID'],
        permitted: ['CAP_KILL', 'CAP_CHOWN'],
        inheritable: ['CAP_CHOWN', 'CAP_FOWNER'],
      },
    }),
    'warning: /process/capabilities/ambient/0 CAP_KILL is not raised: it is not among the inheritable ones',
    'warning: /process/capabilities/ambient/2 CAP_FOWNER is not raised: it is not among the permitted ones',
    'warning: /process/capabilities/ambient/3 CAP_FSETID is not raised: it is not among the permitted ones',
  ],
  [
    'an unknown rlimit',
    process({ rlimits: [{ type: 'RLIMIT_X', soft: 0, hard: 0 }] }),
    '/process/rlimits/0/type invalid rlimit type: RLIMIT_X',
  ],
  [
    'an rlimit twice',
    process({
      rlimits: [
        { type: 'RLIMIT_AS', soft: 0, hard: 0 },
        { type: 'RLIMIT_AS', soft: 0, hard: 0 },
      ],
    }),
    '/process/rlimits/1/type duplicate rlimit type: RLIMIT_AS',
  ],
  [
    'soft above hard',
    process({ rlimits: [{ type: 'RLIMIT_AS', soft: 2n ** 64n - 1n, hard: 5 }] }),
    '/process/rlimits/0/soft the soft limit is above the hard one',
  ],
  [
    'a console too large',
    process({ terminal: true, consoleSize: { height: 65536, width: 1 } }),
    '/process/consoleSize/height larger than 65535',
  ],
  ['a console without terminal', process({ consoleSize: { height: 65536, width: 1 } })],
  [
    'the id that is none',
    process({ user: { uid: 4294967295, gid: 4294967294 } }),
    '/process/user/uid 4294967295 is no id',
  ],
  [
    'ids that are not mapped',
    { ...process({ user: { uid: 10, gid: 9, additionalGids: [0, 50] } }), ...linux({}) },
    '/process/user/uid 10 is not mapped in the user namespace',
    '/process/user/additionalGids/1 50 is not mapped in the user namespace',
  ],
]

const schedulingCases: readonly Case[] = [
  [
    'nice out of range',
    process({ scheduler: { policy: 'SCHED_OTHER', nice: 20 } }),
    '/process/scheduler/nice invalid scheduler nice: 20',
  ],
  [
    'FIFO without priority',
    process({ scheduler: { policy: 'SCHED_FIFO' } }),
    '/process/scheduler/priority SCHED_FIFO takes a priority from 1 to 99',
  ],
  ['FIFO', process({ scheduler: { policy: 'SCHED_FIFO', priority: 99 } })],
  [
    'a policy that is only a number',
    process({ scheduler: { policy: 'SCHED_ISO' } }),
    '/process/scheduler/policy SCHED_ISO is reserved: no kernel has it',
  ],
  [
    'clamps without values',
    process({
      scheduler: { policy: 'SCHED_OTHER', flags: ['SCHED_FLAG_RESET_ON_FORK', 'SCHED_FLAG_UTIL_CLAMP_MAX'] },
    }),
    '/process/scheduler/flags/1 a config has no field for the value that it clamps to',
  ],
  [
    'a deadline without runtime',
    process({ scheduler: { policy: 'SCHED_DEADLINE', deadline: 5 } }),
    '/process/scheduler SCHED_DEADLINE wants 0 < runtime <= deadline <= period',
  ],
  [
    'a deadline past its period',
    process({ scheduler: { policy: 'SCHED_DEADLINE', runtime: 2000, deadline: 5000, period: 4999 } }),
    '/process/scheduler SCHED_DEADLINE wants 0 < runtime <= deadline <= period',
  ],
  [
    'a deadline that is its period',
    process({ scheduler: { policy: 'SCHED_DEADLINE', runtime: 5000, deadline: 5000 } }),
  ],
  [
    'priority without FIFO',
    process({ scheduler: { policy: 'SCHED_BATCH', priority: 1 } }),
    '/process/scheduler/priority scheduler.priority can only be specified for SchedFIFO or SchedRR policy',
  ],
  [
    'runtime without DEADLINE',
    process({ scheduler: { policy: 'SCHED_OTHER', runtime: 1, period: 0 } }),
    '/process/scheduler/runtime scheduler runtime/deadline/period can only be specified for SchedDeadline policy',
  ],
  [
    'an I/O priority',
    process({ ioPriority: { class: 'IOPRIO_CLASS_BE', priority: 8 } }),
    '/process/ioPriority/priority invalid ioPriority.Priority: 8',
  ],
  [
    'CPUs',
    process({ execCPUAffinity: { initial: '3-0', final: ' 0-3, 5' } }),
    '/process/execCPUAffinity/initial not a list of CPUs, as 0-3,7',
  ],
  [
    'nodes of MPOL_LOCAL',
    linux({ memoryPolicy: { mode: 'MPOL_LOCAL', nodes: '0' } }),
    '/linux/memoryPolicy/nodes MPOL_LOCAL takes no nodes',
  ],
  [
    'no nodes of MPOL_BIND',
    linux({ memoryPolicy: { mode: 'MPOL_BIND', nodes: '' } }),
    '/linux/memoryPolicy/nodes MPOL_BIND needs at least one node',
  ],
  [
    'nodes that are none',
    linux({ memoryPolicy: { mode: 'MPOL_BIND', nodes: 'all' } }),
    '/linux/memoryPolicy/nodes not a list of memory nodes, as 0-1,3',
  ],
  [
    'a node that no kernel has',
    linux({ memoryPolicy: { mode: 'MPOL_BIND', nodes: '0-1024' } }),
    '/linux/memoryPolicy/nodes nodes beyond 1023',
  ],
  ['nodes without mode', linux({ memoryPolicy: { nodes: '0' } }), '/linux/memoryPolicy/mode mode must be specified'],
  [
    'flags that exclude each other',
    linux({ memoryPolicy: { mode: 'MPOL_BIND', nodes: '0', flags: ['MPOL_F_STATIC_NODES', 'MPOL_F_RELATIVE_NODES'] } }),
    '/linux/memoryPolicy/flags MPOL_F_STATIC_NODES and MPOL_F_RELATIVE_NODES exclude each other',
  ],
  [
    'flags of a personality',
    linux({ personality: { domain: 'LINUX', flags: ['a'] } }),
    '/linux/personality/flags no flag is defined',
  ],
  ['no domain', linux({ personality: {} }), '/linux/personality/domain domain must be specified'],
  ['the root class', linux({ intelRdt: { closID: '/' } })],
  ['a class elsewhere', linux({ intelRdt: { closID: 'a/b' } }), '/linux/intelRdt/closID invalid intelRdt.closID "a/b"'],
  [
    'a class that is none',
    linux({ intelRdt: { closID: 'mon_groups' } }),
    '/linux/intelRdt/closID invalid intelRdt.closID "mon_groups"',
  ],
  ['the class above', linux({ intelRdt: { closID: '..' } }), '/linux/intelRdt/closID invalid intelRdt.closID ".."'],
]

const inProc = (path: string) =>
  `/mounts/0/destination ${JSON.stringify(path)} cannot be mounted because it is inside /proc`
const noProcfs = '/mounts/0/destination "/proc" cannot be mounted because it is not of type proc'
const onTop = '/mounts/0/destination mountpoint is on the top of rootfs'

const isRelative = (path: string, taken: string) =>
  `warning: /mounts/0/destination mount destination "${path}" is not absolute: it is taken as "${taken}"`

const mountCases: readonly Case[] = [
  ['a relative destination', mount({ destination: 'a/../b' }), isRelative('a/../b', '/b')],
  ['a mount on the root', mount({ destination: '/a/..' }), onTop],
  ['a mount nowhere', mount({ destination: '' }), onTop, isRelative('', '/')],
  ['procfs', mount({ destination: '/proc', type: 'proc' })],
  [
    'the procfs of the host',
    bind({ destination: 'proc/', source: '/proc', options: ['rbind'] }),
    isRelative('proc/', '/proc'),
  ],
  ['tmpfs on /proc', mount({ destination: '//proc/./' }), noProcfs],
  ['a bind on /proc', bind({ destination: '/proc', source: '/srv' }), noProcfs],
  [
    'a bind that calls itself proc',
    mount({ destination: '/proc', type: 'proc', source: '/srv', options: ['bind'] }),
    noProcfs,
  ],
  ['a mount in /proc', bind({ destination: '/proc/self/attr' }), inProc('/proc/self/attr')],
  ['a mount in /proc, written otherwise', bind({ destination: '/a/../proc//./sys/' }), inProc('/proc/sys')],
  [
    'a mount in /proc, relative',
    bind({ destination: '../proc/net/dev' }),
    inProc('/proc/net/dev'),
    isRelative('../proc/net/dev', '/proc/net/dev'),
  ],
  ['a file of lxcfs', bind({ destination: '/proc/meminfo' })],
  ['the files of the kernel', bind({ destination: '/proc/sys/kernel/ns_last_pid' })],
  ['a bind from nowhere', bind({ source: undefined }), '/mounts/0/source a bind mount needs a source'],
  ['a mount of nothing', mount({ type: undefined }), '/mounts/0/type type must not be empty'],
  ['a remount', mount({ type: undefined, options: ['remount', 'ro'] })],
  [
    'a bind with data for a file system',
    bind({ options: ['ro', 'size=1'] }),
    'warning: /mounts/0/options/1 a bind mount has no such option, it is passed over: "size=1"',
  ],
  ['a bind with an id map in its options', bind({ options: ['idmap=uids=0-1000-1;gids=0-1000-1'] })],
  [
    'a relative one without a user namespace',
    bind({ options: ['idmap=uids=@0-1-1;gids=0-1-1'] }),
    '/mounts/0/options/0 specified a relative mapping without user namespace mappings',
  ],
  [
    'a bind with a word that is no option',
    bind({ options: ['ro', 'nosiud'] }),
    '/mounts/0/options/1 bind mounts cannot have any filesystem-specific options applied: "nosiud"',
  ],
  ['a bind with an empty option', bind({ options: ['', 'ro'] })],
  ['tmpcopyup of tmpfs', mount({ options: ['tmpcopyup'] })],
  [
    'tmpcopyup of another',
    mount({ type: 'ramfs', options: ['ro', 'tmpcopyup'] }),
    '/mounts/0/options/1 tmpcopyup is for tmpfs only',
  ],
  [
    'maps of a tmpfs',
    mount({ uidMappings: maps, gidMappings: maps }),
    '/mounts/0 id-mapped mounts are only supported for bind-mounts',
  ],
  [
    'half a map',
    bind({ uidMappings: maps }),
    '/mounts/0 id-mapped mounts must have both uid and gid mappings specified',
  ],
  [
    'idmap of nothing',
    bind({ options: ['idmap'] }),
    '/mounts/0/options/0 an id-mapped mount needs mappings, its own or those of a user namespace',
  ],
  [
    'idmap of nothing, as Go writes it',
    bind({ options: ['idmap'], uidMappings: [], gidMappings: [] }),
    '/mounts/0/options/0 an id-mapped mount needs mappings, its own or those of a user namespace',
  ],
  ['idmap of the container', { ...bind({ options: ['ridmap'] }), ...linux({}) }],
  [
    'an empty map',
    bind({ uidMappings: maps, gidMappings: [{ ...maps[0], size: 0 }] }),
    '/mounts/0/gidMappings/0/size size must not be 0',
  ],
]

const user = [{ type: 'user' }]
const noMaps = 'user namespaces enabled, but no namespace path to join nor mappings to apply specified'
const notEnabled = "user namespace mappings specified, but user namespace isn't enabled in the config: they are ignored"

const namespaceCases: readonly Case[] = [
  [
    'a namespace twice',
    linux({ namespaces: [...all, { type: 'pid' }] }),
    '/linux/namespaces/8 malformed spec file: duplicated ns "pid"',
  ],
  [
    'a relative namespace',
    linux({ namespaces: [...user, { type: 'pid', path: 'a' }] }),
    '/linux/namespaces/1/path path of a namespace must be absolute',
  ],
  [
    'a user namespace without maps',
    { linux: { namespaces: user } },
    `/linux/uidMappings ${noMaps}`,
    `/linux/gidMappings ${noMaps}`,
  ],
  [
    'a user namespace with an empty path',
    { linux: { namespaces: [{ type: 'user', path: '' }], uidMappings: maps } },
    `/linux/gidMappings ${noMaps}`,
  ],
  ['a user namespace that is joined', { linux: { namespaces: [{ type: 'user', path: '/a' }] } }],
  ['maps without a user namespace', { linux: { uidMappings: maps } }, `warning: /linux/uidMappings ${notEnabled}`],
  [
    'senseless maps without a user namespace',
    { linux: { gidMappings: [{ ...maps[0], size: 0 }] } },
    `warning: /linux/gidMappings ${notEnabled}`,
  ],
  ['the last id', linux({ uidMappings: [{ containerID: 0, hostID: 4294967285, size: 10 }] })],
  [
    'one id too many',
    linux({ uidMappings: [{ containerID: 0, hostID: 4294967286, size: 10 }] }),
    '/linux/uidMappings/0 ids beyond 4294967294',
  ],
  [
    'maps that overlap',
    linux({ gidMappings: [...maps, { containerID: 9, hostID: 5000, size: 5 }] }),
    '/linux/gidMappings/1 containerID overlaps with mapping 0',
  ],
  [
    'too many maps',
    linux({ uidMappings: Array.from({ length: 341 }, (_, id) => ({ containerID: id, hostID: id, size: 1 })) }),
    '/linux/uidMappings 341 mappings, and the kernel takes 340',
  ],
  [
    'offsets without a time namespace',
    { linux: { timeOffsets: { monotonic: { secs: 1 } } } },
    "/linux/timeOffsets time namespace offsets specified, but time namespace isn't enabled in the config",
  ],
  [
    'offsets of a joined time namespace',
    { linux: { namespaces: [{ type: 'time', path: '/a' }], timeOffsets: { boottime: { secs: 1 } } } },
    '/linux/timeOffsets time namespace enabled, but both namespace path and time offsets specified',
  ],
  ['no offsets', { linux: { timeOffsets: {} } }],
  [
    'another clock',
    linux({ timeOffsets: { realtime: { secs: 1 } } }),
    '/linux/timeOffsets/realtime only monotonic and boottime have offsets',
  ],
  [
    'a second of nanoseconds',
    linux({ timeOffsets: { monotonic: { nanosecs: 1000000000 } } }),
    '/linux/timeOffsets/monotonic/nanosecs a second or more',
  ],
]

const mntNeeded = 'unable to restrict sys entries without a private MNT namespace'

const linuxCases: readonly Case[] = [
  [
    'a mask over all',
    linux({ maskedPaths: ['/a', '/.'], readonlyPaths: ['/'] }),
    'warning: /linux/maskedPaths/1 the root itself cannot be masked: ignored',
  ],
  [
    'a relative device',
    linux({ devices: [{ type: 'p', path: 'a' }] }),
    '/linux/devices/0/path path of a device must be absolute',
  ],
  [
    'a device without numbers',
    linux({ devices: [{ type: 'c', path: '/dev/a' }] }),
    '/linux/devices/0/major must be specified: only a FIFO has no number',
    '/linux/devices/0/minor must be specified: only a FIFO has no number',
  ],
  [
    'a device that cannot be',
    linux({ devices: [{ type: 'b', path: '/dev/a', major: 4096, minor: -1 }] }),
    '/linux/devices/0/major must be between 0 and 4095',
    '/linux/devices/0/minor must be between 0 and 1048575',
  ],
  [
    'an interface without a network namespace',
    { linux: { netDevices: { eth0: {} } } },
    '/linux/netDevices unable to move network devices without a private NET namespace',
  ],
  [
    'an interface with a slash',
    linux({ netDevices: { 'a/b': {} } }),
    '/linux/netDevices/a~1b invalid network device name "a/b"',
  ],
  [
    'an interface with a long name',
    linux({ netDevices: { a: { name: 'a123456789012345' } } }),
    '/linux/netDevices/a/name invalid network device name "a123456789012345"',
  ],
  [
    'two interfaces of one name',
    linux({ netDevices: { a: {}, b: { name: 'a' } } }),
    '/linux/netDevices/b another device gets the name "a"',
  ],
  [
    'relative paths',
    linux({ maskedPaths: ['/a', 'b'], readonlyPaths: [''] }),
    '/linux/maskedPaths/1 the path must be absolute',
    '/linux/readonlyPaths/0 the path must be absolute',
  ],
  [
    'paths without a mount namespace',
    { linux: { maskedPaths: ['/a'], readonlyPaths: ['/b'] } },
    `/linux/maskedPaths ${mntNeeded}`,
    `/linux/readonlyPaths ${mntNeeded}`,
  ],
  ['a cgroup above', linux({ cgroupsPath: '/a/../../x' }), '/linux/cgroupsPath the path must not hold ..'],
  [
    'a cgroup of two lines',
    linux({ cgroupsPath: 'a\nb' }),
    '/linux/cgroupsPath the path must not hold control characters',
  ],
  ['a long cgroup', linux({ cgroupsPath: `/${'a'.repeat(256)}` }), '/linux/cgroupsPath the path is too long'],
  ['a deep cgroup', linux({ cgroupsPath: '/a'.repeat(2048) }), '/linux/cgroupsPath the path is too long'],
  ['a cgroup of systemd', linux({ cgroupsPath: 'system.slice:docker:a..b' })],
]

const alone = (key: string) =>
  `/linux/sysctl/${key.replaceAll('/', '~1')} sysctl ${JSON.stringify(key)} is not in a separate kernel namespace`
const own = [
  'kernel.shmmax',
  'kernel/sem',
  'fs.mqueue.msg_max',
  'net.ipv4.ip_forward',
  'net/ipv4/conf/eth0.1/forwarding',
  'kernel.domainname',
  'user.max_user_namespaces',
]
const host = [
  'kernel.core_pattern',
  'kernel/core_pattern',
  'net/../kernel/x',
  'net..x',
  'a=b+c',
  '',
  'kernel',
  'net',
  '/net/x',
  'kernel.shmmax.x',
  'fs.mqueue',
  'vm.swappiness',
  'kernel.domainname/',
]

const sysctlCases: readonly Case[] = [
  ...own.map((key): Case => [`sysctl ${key}`, sysctl(key)]),
  ...host.map((key): Case => [`sysctl ${key}`, sysctl(key), alone(key)]),
  ...own
    .filter((key) => !key.startsWith('net'))
    .map((key): Case => [`sysctl ${key} of the host`, { linux: { sysctl: { [key]: '1' } } }, alone(key)]),
  [
    'sysctl net of the host',
    { linux: { sysctl: { 'net.a': '1' } } },
    '/linux/sysctl/net.a sysctl "net.a" not allowed in host network namespace',
  ],
  [
    'sysctl kernel.hostname',
    sysctl('kernel.hostname'),
    '/linux/sysctl/kernel.hostname sysctl "kernel.hostname" conflicts with OCI "hostname" field',
  ],
  [
    'sysctl kernel/hostname',
    sysctl('kernel/hostname'),
    '/linux/sysctl/kernel~1hostname sysctl "kernel/hostname" conflicts with OCI "hostname" field',
  ],
  [
    'sysctl of nothing',
    sysctl('net.a', all, ''),
    'warning: /linux/sysctl/net.a the value is empty: the kernel takes nothing, and it stays as it is',
  ],
  ...['1\n0', '1\n\n', '1\r\n0\n'].map(
    (value): Case => [
      `sysctl of ${JSON.stringify(value)}`,
      sysctl('net.a', all, value),
      '/linux/sysctl/net.a the value must be one line: the kernel would take a part of it',
    ],
  ),
  ...['1\r', 'a\x1b[31m', '\x7f'].map(
    (value): Case => [
      `sysctl of ${JSON.stringify(value)}`,
      sysctl('net.a', all, value),
      '/linux/sysctl/net.a the value must not hold control characters',
    ],
  ),
  ...['4096\t16384\t4194304', '1\n', '\n', ' ', 'é'].map(
    (value): Case => [`sysctl of ${JSON.stringify(value)}`, sysctl('net.a', all, value)],
  ),
  ['sysctl with NUL', sysctl('net.a', all, '1\0'), '/linux/sysctl/net.a must not hold NUL'],
]

const resourceCases: readonly Case[] = [
  [
    'a device rule without access',
    resources({ devices: [{ allow: true }] }),
    '/linux/resources/devices/0/access device access at 0 field cannot be empty',
  ],
  [
    'a device rule with more access',
    resources({ devices: [{ allow: true, access: 'rx' }] }),
    '/linux/resources/devices/0/access access must be letters of r, w and m',
  ],
  [
    'a device rule of a pipe',
    resources({ devices: [{ allow: true, access: 'r', type: 'p' }] }),
    '/linux/resources/devices/0/type must be a, b or c',
  ],
  ['a device rule of all', resources({ devices: [{ allow: true, access: 'm', type: 'a', major: -1, minor: -1 }] })],
  [
    'a device rule of no number',
    resources({ devices: [{ allow: true, access: 'm', type: 'c', major: -2 }] }),
    '/linux/resources/devices/0/major no number of a device',
  ],
  [
    'swappiness',
    resources({ memory: { swappiness: 101 } }),
    '/linux/resources/memory/swappiness must be between 0 and 100',
  ],
  ['idle', resources({ cpu: { idle: 2 } }), '/linux/resources/cpu/idle must be 0 or 1'],
  [
    'weights',
    resources({ blockIO: { weight: 0, leafWeight: 9, weightDevice: [{ major: 8, minor: 0, weight: 1001 }] } }),
    '/linux/resources/blockIO/leafWeight must be between 10 and 1000',
    '/linux/resources/blockIO/weightDevice/0/weight must be between 10 and 1000',
  ],
  [
    'a file elsewhere',
    resources({ unified: { '../a.b': '' } }),
    '/linux/resources/unified/..~1a.b not the name of a cgroup file',
  ],
  [
    'a file without controller',
    resources({ unified: { memory: '' } }),
    '/linux/resources/unified/memory not the name of a cgroup file',
  ],
]

const seccompCases: readonly Case[] = [
  [
    'notify by default',
    seccomp({ defaultAction: 'SCMP_ACT_NOTIFY' }),
    '/linux/seccomp/defaultAction SCMP_ACT_NOTIFY cannot be used as default action',
  ],
  [
    'notify of write',
    seccomp({ listenerPath: '/a', syscalls: [{ names: ['read', 'write'], action: 'SCMP_ACT_NOTIFY' }] }),
    '/linux/seccomp/syscalls/0/names SCMP_ACT_NOTIFY cannot be used for the write syscall',
  ],
  [
    'notify without a listener',
    call({ action: 'SCMP_ACT_NOTIFY' }),
    '/linux/seccomp/listenerPath SCMP_ACT_NOTIFY needs listenerPath',
  ],
  [
    'data without a listener',
    seccomp({ listenerMetadata: 'a' }),
    '/linux/seccomp/listenerMetadata listenerMetadata needs listenerPath',
  ],
  [
    'an error that is allowed',
    call({ errnoRet: 1 }),
    '/linux/seccomp/syscalls/0/errnoRet SCMP_ACT_ALLOW takes no errnoRet',
  ],
  [
    'an error that is none',
    call({ action: 'SCMP_ACT_ERRNO', errnoRet: 4096 }),
    '/linux/seccomp/syscalls/0/errnoRet more than 4095',
  ],
  ['a trace', call({ action: 'SCMP_ACT_TRACE', errnoRet: 65535 })],
  [
    'an error by default',
    seccomp({ defaultErrnoRet: 1 }),
    '/linux/seccomp/defaultErrnoRet SCMP_ACT_ALLOW takes no errnoRet',
  ],
  [
    'argument 6',
    call({ args: [{ index: 6, value: 0, op: 'SCMP_CMP_EQ' }] }),
    '/linux/seccomp/syscalls/0/args/0/index a system call has arguments 0 to 5',
  ],
]

const stringCases: readonly Case[] = [
  ['NUL in a path', process({ cwd: '/\0' }), '/process/cwd must not hold NUL'],
  [
    'NUL in a list',
    { annotations: { a: '\0' }, ...process({ env: ['a=', 'A=\0'] }) },
    '/annotations/a must not hold NUL',
    '/process/env/1 must not hold NUL',
  ],
  ['NUL in a key', { annotations: { 'a\0': '' } }, '/annotations/a\0 must not hold NUL'],
  [
    'half a pair',
    process({ args: ['a\ud800', '\ud83d\ude00', '\udc00\udc00'] }),
    '/process/args/0 holds half of a surrogate pair',
    '/process/args/2 holds half of a surrogate pair',
  ],
  ['NUL in an ignored field', { windows: '\0', unknown: ['\0'] }],
]

const groups = {
  top: topCases,
  annotations: annotationCases,
  process: processCases,
  scheduling: schedulingCases,
  mounts: mountCases,
  namespaces: namespaceCases,
  linux: linuxCases,
  sysctl: sysctlCases,
  resources: resourceCases,
  seccomp: seccompCases,
  strings: stringCases,
}

const words = ({ pointer, message }: Fault) => `${pointer} ${message}`
const found = ({ faults, warnings }: Findings) => [
  ...faults.map(words),
  ...warnings.map((each) => `warning: ${words(each)}`),
]

for (const [group, cases] of Object.entries(groups)) {
  for (const [name, config, ...expected] of cases) {
    test(`${group}: ${name}`, () => {
      const spec: unknown = { ...base, ...config }
      assert.ok(isSpec(spec), 'the test is for rules, not for types')
      assert.equal(found(rules(spec, '\\u')).sort(), expected.sort())
    })
  }
}

test('a config with every field breaks no rule', () => {
  assert.equal(found(rules(full as Spec, '\\u')), [])
})

test('strings are checked only if the text has an escape', () => {
  const spec = { ...base, ...process({ cwd: '/\0' }) } as Spec
  assert.equal(found(rules(spec, '{}')), [])
})

test.run()
