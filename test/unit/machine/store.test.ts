import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { UsageError } from '../../../src/failure.ts'
import { endingOf } from '../../../src/machine/ending.ts'
import { allIds, checkOurs, isAlive, look } from '../../../src/machine/store.ts'
import { native } from '../../../src/native/koffi.ts'
import { soon } from '../../harness/patience.ts'

const test = suite<{ root: string; folder: string; child: ChildProcess }>('store')

const intent = {
  ociVersion: '1.3.0',
  bundle: '/b',
  rootfs: '/b/rootfs',
  created: '2026-01-02T03:04:05Z',
  owner: 0,
  cgroups: [],
  inodes: [],
  boot: '',
  namespaces: ['pid'],
}

const startTime = (pid: number) => Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[19])

test.before.each((context) => {
  context.root = mkdtempSync('/tmp/ocits-store-')
  context.folder = `${context.root}/c`
  mkdirSync(context.folder)
  context.child = spawn('sleep', ['60'], { stdio: 'ignore' })
})

test.after.each(({ root, child }) => {
  child.kill('SIGKILL')
  rmSync(root, { recursive: true })
})

function byNobody<T>(ask: () => T): T {
  process.seteuid?.(65_534)
  try {
    return ask()
  } finally {
    process.seteuid?.(0)
  }
}

const write = (folder: string, name: string, value: unknown) =>
  writeFileSync(`${folder}/${name}`, typeof value === 'string' ? value : `${JSON.stringify(value)}\n`)

function stateOf(child: ChildProcess, more: object = {}): object {
  const pid = child.pid ?? 0
  return { ...intent, pid, startTime: startTime(pid), last: [], ...more }
}

const status = (root: string) => look(native, root, 'c')?.status

test('no folder: no container', ({ root }) => {
  assert.is(look(native, root, 'other'), undefined)
  assert.is(look(native, `${root}/nowhere`, 'c'), undefined)
})

test('an unreadable record is not treated as corrupt or missing', ({ root, folder, child }) => {
  write(folder, 'intent', intent)
  write(folder, 'state.json', stateOf(child))
  chmodSync(root, 0o711)
  chmodSync(folder, 0o755)
  const asNobody = () => byNobody(() => look(native, root, 'c'))
  assert.is(asNobody()?.status, 'running')
  chmodSync(`${folder}/state.json`, 0o600)
  assert.throws(asNobody, /cannot tell the status: .*\/state.json: permission denied/)
  rmSync(`${folder}/state.json`)
  assert.equal(asNobody()?.intent, intent)
  chmodSync(`${folder}/intent`, 0o600)
  assert.throws(asNobody, /cannot tell the status: .*\/intent: permission denied/)
})

test('nor is the record of its end', ({ root, folder }) => {
  const ending = { exitStatus: 3, oomKilled: false, ended: '2026-01-02T03:04:05Z' }
  const asNobody = () => byNobody(() => endingOf(native, folder))
  chmodSync(root, 0o711)
  chmodSync(folder, 0o755)
  assert.is(asNobody(), undefined)
  write(folder, 'ending', ending)
  assert.equal(asNobody(), ending)
  chmodSync(`${folder}/ending`, 0o600)
  assert.throws(asNobody, /cannot tell the status: .*\/ending: permission denied/)
})

test('no state.json and no lock: an interrupted create', ({ root, folder }) => {
  assert.is(status(root), 'stopped')
  write(folder, 'intent', intent)
  const container = look(native, root, 'c')
  assert.equal([container?.status, container?.intent, container?.state], ['stopped', intent, undefined])
})

test('the inodes of its cgroups follow the intent; the last line counts, and a cut line is ignored', ({
  root,
  folder,
}) => {
  write(folder, 'intent', `${JSON.stringify({ ...intent, cgroups: ['/a', '/b', '/c', '/d'] })}\n3 1\n1 1\n1 70\n0 5`)
  assert.equal(look(native, root, 'c')?.intent?.inodes, [0, 70, 0, 1])
})

test('so does the mount that its root covers', ({ root, folder }) => {
  for (const [lines, below] of [
    ['0 7\nbelow 2147484000\n', 2147484000],
    ['below 3\nbelow 4\n1 1\nbelow 5', 4],
    ['below 21', undefined],
  ] as const) {
    write(folder, 'intent', `${JSON.stringify({ ...intent, covered: '/b/rootfs' })}\n${lines}`)
    assert.is(look(native, root, 'c')?.intent?.below, below)
  }
})

test('an index without a cgroup is ignored, however large', ({ root, folder }) => {
  write(folder, 'intent', `${JSON.stringify({ ...intent, cgroups: ['/a'] })}\n0 7\n4294967294 5\n-1 5\n1e9 5\nx 5\n`)
  assert.equal(look(native, root, 'c')?.intent?.inodes, [7])
})

test('after another boot nothing is left of it, even if something has its pid and its names', ({
  root,
  folder,
  child,
}) => {
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  const named = { cgroups: ['/a'], inodes: [7], unit: { name: 'a', bus: '/b' }, rdt: ['/r'], covered: '/b/rootfs' }
  write(folder, 'state.json', stateOf(child, { ...named, boot }))
  const now = look(native, root, 'c')
  assert.equal([now?.status, now?.intent?.cgroups, now?.state?.inodes], ['running', ['/a'], [7]])
  for (const file of ['state.json', 'intent']) {
    rmSync(`${folder}/state.json`, { force: true })
    write(folder, file, stateOf(child, { ...named, boot: boot.replace(/./g, '0') }))
    const { status, intent: left } = look(native, root, 'c') ?? {}
    assert.equal([status, left?.cgroups, left?.inodes], ['stopped', [], []], file)
    assert.equal([left?.unit, left?.rdt, left?.covered], [undefined, undefined, undefined], file)
  }
})

test('no state.json and the folder is locked: creating', async ({ root, folder }) => {
  write(folder, 'intent', intent)
  const lock = spawn('flock', [folder, 'sleep', '60'], { stdio: 'ignore' })
  try {
    await soon(() => status(root) === 'creating')
    assert.is(status(root), 'creating')
  } finally {
    lock.kill('SIGKILL')
  }
})

test('the init is alive: running', ({ root, folder, child }) => {
  write(folder, 'state.json', stateOf(child))
  const container = look(native, root, 'c')
  assert.equal([container?.status, container?.state?.pid, container?.corrupt], ['running', child.pid, undefined])
})

test('a later process has its pid: stopped', ({ root, folder, child }) => {
  write(folder, 'state.json', stateOf(child, { startTime: startTime(child.pid ?? 0) + 1 }))
  assert.is(status(root), 'stopped')
})

test('no process has its pid: stopped', ({ root, folder, child }) => {
  write(folder, 'state.json', stateOf(child, { pid: 4_194_304 }))
  assert.is(status(root), 'stopped')
})

test('it is a zombie: stopped', async ({ root, folder }) => {
  const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] })
  try {
    const pid = await new Promise<number>((resolve) => parent.stdout.once('data', (text) => resolve(Number(text))))
    write(folder, 'state.json', { ...intent, pid, startTime: startTime(pid), last: [] })
    assert.is(status(root), 'running')
    // A shell waits for its children between two commands: only the program that it executes leaves a zombie alone.
    await soon(() => readFileSync(`/proc/${parent.pid}/comm`, 'utf8') === 'sleep\n')
    process.kill(pid)
    await soon(() => status(root) !== 'running')
    assert.match(readFileSync(`/proc/${pid}/stat`, 'utf8'), / Z /)
    assert.is(status(root), 'stopped')
  } finally {
    parent.kill('SIGKILL')
  }
})

test('a program may give itself any name', async ({ root }) => {
  const name = `${root}/a) Z 1 (b`
  symlinkSync(process.execPath, name)
  const child = spawn(name, ['-e', 'setTimeout(() => {}, 60000)'], { stdio: 'ignore', argv0: 'x' })
  try {
    const pid = child.pid ?? 0
    await soon(() => readFileSync(`/proc/${pid}/stat`, 'utf8').includes('(a) Z 1 (b) '))
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    assert.ok(stat.includes('(a) Z 1 (b) '), stat)
    const started = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19])
    assert.ok(isAlive(native, { pid, startTime: started }))
    assert.not.ok(isAlive(native, { pid, startTime: started + 1 }))
  } finally {
    child.kill('SIGKILL')
  }
})

const listening = (path: string): Promise<Server> =>
  new Promise((resolve) => {
    const server = createServer().listen(path, () => resolve(server))
  })

test('a socket of another type, or one without a listener, does not mean created', async ({ root, folder, child }) => {
  // The init's socket has a type (SOCK_SEQPACKET) that Node cannot make: the live tests use that one.
  write(folder, 'state.json', stateOf(child))
  const server = await listening(`${folder}/start`)
  try {
    assert.is(status(root), 'running')
  } finally {
    server.close() // otherwise this process would not end
  }
  assert.is(status(root), 'running')
})

test('its cgroup is frozen: paused, on v1 and on v2', ({ root, folder, child }) => {
  // Files as the kernel has them: a machine has only one of the two.
  for (const [file, frozen, thawed] of [
    ['freezer.state', 'FROZEN\n', 'THAWED\n'],
    ['freezer.state', 'FREEZING\n', 'THAWED\n'],
    ['cgroup.freeze', '1\n', '0\n'],
  ] as const) {
    const freezer = mkdtempSync(`${root}/cgroup-`)
    write(folder, 'state.json', stateOf(child, { freezer }))
    write(freezer, file, thawed)
    assert.is(status(root), 'running')
    write(freezer, file, frozen)
    assert.is(status(root), 'paused', `${file} ${frozen}`)
  }
})

test('a senseless state.json is corrupt, and the content of intent is still known', ({ root, folder, child }) => {
  write(folder, 'intent', intent)
  const whole = stateOf(child) as Record<string, unknown>
  const broken = Object.keys(whole).map((key) => ({ ...whole, [key]: { odd: true } }))
  for (const damage of [
    '',
    '{',
    'null',
    '[]',
    '{}',
    '\0\0',
    { ...whole, pid: -1 },
    { ...whole, pid: 0 },
    { ...whole, cgroups: [1] },
    ...broken,
  ]) {
    write(folder, 'state.json', damage)
    const container = look(native, root, 'c')
    const told = [container?.status, container?.corrupt, container?.state, container?.intent]
    assert.equal(told, ['stopped', `${folder}/state.json`, undefined, intent], JSON.stringify(damage))
  }
})

test('a fifo or a folder in its place does not block', ({ root, folder }) => {
  mkdirSync(`${folder}/state.json`)
  assert.is(look(native, root, 'c')?.corrupt, `${folder}/state.json`)
})

test('the ids are sorted; leftovers and invalid ids are left out', ({ root }) => {
  for (const name of ['b', 'a', '.del-x-1', '.hidden', 'a b']) mkdirSync(`${root}/${name}`)
  assert.equal(allIds(native, root), ['.hidden', 'a', 'b', 'c'])
  assert.equal(allIds(native, `${root}/nowhere`), [])
})

test('a state root that others may write to, a symlink or a file is not trusted', ({ root }) => {
  checkOurs(native, root)
  checkOurs(native, `${root}/nowhere`)
  symlinkSync(root, `${root}/link`)
  writeFileSync(`${root}/file`, '')
  mkdirSync(`${root}/open`)
  for (const [name, mode] of [['link'], ['file'], ['open', 0o777], ['open', 0o770]] as const) {
    if (mode !== undefined) chmodSync(`${root}/${name}`, mode)
    try {
      checkOurs(native, `${root}/${name}`)
      assert.unreachable(name)
    } catch (failure) {
      assert.ok(failure instanceof UsageError)
      assert.is(failure.code, 'ROOT')
    }
  }
})

test.run()
