import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { law, ocits } from '../harness/image.ts'
import { lint } from '../harness/lint.ts'
import { config, make, proc } from '../harness/make.ts'
import { type Call, parse, traced } from '../harness/strace.ts'

const tmpfs = (destination: string) => ({ destination, type: 'tmpfs', source: 'tmpfs' })

/** A config with every kind of path in it, each path once. */
const spec = config(['fds'], {
  mounts: [
    proc,
    tmpfs('/dev'),
    { destination: '/dev/pts', type: 'devpts', source: 'devpts' },
    { destination: '/sys', type: 'sysfs', source: 'sysfs', options: ['ro'] },
    { destination: '/new/folder', source: '/usr', options: ['rbind', 'ro'] },
    { destination: '/new/file', source: 'config.json', options: ['bind'] },
    { ...tmpfs('/copied'), options: ['tmpcopyup'] },
  ],
  hostname: 'linted',
  process: { cwd: '/new/cwd', user: { uid: 1000, gid: 1000 } },
  linux: {
    namespaces: (['pid', 'mount', 'uts', 'ipc', 'network', 'cgroup'] as const).map((type) => ({ type })),
    devices: [{ type: 'c', path: '/dev/deep/one', major: 1, minor: 3 }],
    sysctl: { 'kernel.msgmax': '4321', 'net.ipv4.ip_forward': '1' },
    maskedPaths: ['/proc/timer_list', '/new/folder/bin', '/no/such'],
    readonlyPaths: ['/proc/sys', '/no/such/either'],
  },
})

/** The calls of the init in one list: it opens the rootfs, and the same process, or its child, pivots. */
function initOf(processes: readonly (readonly Call[])[], rootfs: string): readonly Call[] {
  const opening = processes.filter((calls) =>
    calls.some(({ name, strings }) => name === 'openat2' && strings[0] === rootfs),
  )
  const pivoting = processes.filter((calls) => calls.some(({ name }) => name === 'pivot_root'))
  return [...new Set([...opening, ...pivoting])].flat()
}

law('an init names nothing of the host, and nothing of the image twice', async () => {
  for (const user of [undefined, 'user'] as const) {
    const { linux, ...rest } = spec
    const maps = [{ containerID: 0, hostID: 0, size: 65_536 }]
    const namespaces = [...(linux?.namespaces ?? []), { type: 'user' as const }]
    // In a user namespace nodes are bind mounts of the host's.
    const mapped = { ...linux, namespaces, devices: [], uidMappings: maps, gidMappings: maps }
    const bundle = await make(user === undefined ? spec : { ...rest, linux: mapped })
    const { result, processes } = await traced([...ocits.command, 'run', '--bundle', bundle, 'linted'], true)
    assert.is(result.stdout, 'fds 0 1 2\n', result.stderr)
    assert.equal(lint(initOf(processes, `${bundle}/rootfs`), `${bundle}/rootfs`), [])
  }
})

// The lint must find a fault that was put into the same trace. Otherwise the law above proves nothing.

const good = [
  'openat2(AT_FDCWD, "/b/rootfs", {flags=O_PATH, resolve=RESOLVE_NO_SYMLINKS}, 24) = 3',
  'move_mount(6, "", 7, "", MOVE_MOUNT_F_EMPTY_PATH|MOVE_MOUNT_T_EMPTY_PATH) = 0',
  'openat2(6, "/dev", {flags=O_PATH, resolve=RESOLVE_NO_MAGICLINKS|RESOLVE_IN_ROOT}, 24) = -1 ENOENT (No such file)',
  'openat2(6, "/", {flags=O_PATH, resolve=RESOLVE_NO_MAGICLINKS|RESOLVE_IN_ROOT}, 24) = 7',
  'mkdirat(7, "dev", 0755) = 0',
  'openat(7, "dev", O_RDONLY|O_NOFOLLOW|O_PATH) = 8',
  'close(7) = 0',
  'close(8) = 0',
  'openat2(6, "/dev", {flags=O_PATH, resolve=RESOLVE_NO_MAGICLINKS|RESOLVE_IN_ROOT}, 24) = 7',
  'mkdirat(7, "pts", 0755) = 0',
  'close(7) = 0',
  'openat2(6, "/proc/sys", {flags=O_PATH, resolve=RESOLVE_NO_MAGICLINKS|RESOLVE_IN_ROOT}, 24) = 7',
  'close(7) = 0',
  'pivot_root(".", ".") = 0',
  'openat2(6, "etc/passwd", {flags=O_RDONLY, resolve=RESOLVE_NO_MAGICLINKS|RESOLVE_IN_ROOT}, 24) = 7',
  'close(7) = 0',
  'close_range(4, 4294967295, 0) = 0',
  'rt_sigprocmask(SIG_SETMASK, [], NULL, 8) = 0',
  'execve("/probe", ["/probe", "id"], 0x0) = 0',
]

const faults: Readonly<Record<string, readonly [at: number, line: string, says: string]>> = {
  'a path of the host': [2, 'open("/etc/passwd", O_RDONLY) = 9', 'by its name'],
  'a path below /proc': [1, 'open("/proc/self/attr/exec", O_WRONLY) = 9', 'below /proc'],
  'one before the root is open': [0, 'openat(AT_FDCWD, "/proc/self/ns/net", O_RDONLY) = 9', 'below /proc'],
  'a mount by name': [5, 'mount("tmpfs", "/b/rootfs/dev", "tmpfs", 0, NULL) = 0', 'by its name'],
  'a path relative to the working directory': [4, 'mkdirat(AT_FDCWD, "dev", 0755) = 0', 'by its name'],
  'a name with a slash': [9, 'mkdirat(7, "pts/x", 0755) = 0', 'by its name'],
  'a link that is followed': [5, 'openat(7, "dev", O_RDONLY|O_PATH) = 8', 'by its name'],
  'a resolution that may leave the root': [
    4,
    'openat2(6, "/dev", {flags=O_PATH, resolve=RESOLVE_NO_MAGICLINKS}, 24) = 9',
    'by its name',
  ],
  'a target that is resolved again': [
    12,
    'openat2(6, "/proc/sys", {flags=O_PATH, resolve=RESOLVE_NO_MAGICLINKS|RESOLVE_IN_ROOT}, 24) = 9',
    'resolved again',
  ],
  'a descriptor after close_range': [17, 'open("/", O_RDONLY) = 3', 'after close_range'],
}

law('the lint accepts a trace without a fault', async () => {
  assert.equal(lint(parse(1, escaped(good)), '/b/rootfs'), [])
})

for (const [name, [at, line, says]] of Object.entries(faults))
  law(`the lint finds ${name}`, async () => {
    const found = lint(parse(1, escaped([...good.slice(0, at), line, ...good.slice(at)])), '/b/rootfs')
    assert.ok(
      found.some((words) => words.includes(says)),
      found.join('; '),
    )
  })

for (const [name, lines] of [
  ['no close_range', good.filter((line) => !line.startsWith('close_range'))],
  ['a close_range that leaves 4', good.map((line) => line.replace('close_range(4', 'close_range(5'))],
  ['one that only marks', good.map((line) => line.replace('4294967295, 0)', '4294967295, CLOSE_RANGE_CLOEXEC)'))],
] as const)
  law(`the lint finds ${name}`, async () => {
    const found = lint(parse(1, escaped(lines)), '/b/rootfs')
    assert.ok(
      found.some((words) => words.includes('no close_range')),
      found.join('; '),
    )
  })

law('the pages that every command touches come by a few calls, and not one by one', async () => {
  const { processes } = await traced([...ocits.command, 'state', 'nobody'], false)
  const calls = (processes[0] ?? []).filter(({ name, args }) => name === 'madvise' && args.includes('MADV_POPULATE'))
  const pages = calls.map(({ args }) => Math.ceil(Number(args.split(', ')[1]) / 4096))
  // The code; the stack, the engine's memory and the changed pages of its image, which are private pages.
  const [code = 0, ...own] = pages
  assert.ok(code > 100 && own.length >= 3, pages.join(' '))
  const sum = own.reduce((all, each) => all + each)
  assert.ok(sum >= 40 && sum <= 80, `${sum} pages`)
  for (const { result, args } of calls) assert.is(result, '0', args)
})

/** As strace -xx prints strings. */
function escaped(lines: readonly string[]): string {
  const hex = (text: string) =>
    [...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')
  return lines.map((line) => line.replace(/"([^"]*)"/g, (_, text: string) => `"${hex(text)}"`)).join('\n')
}

test.run()
