import { execFileSync, spawn } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { native } from '../../../src/native/koffi.ts'
import type { functionTable } from '../../../src/native/table.ts'
import { encode } from '../../../src/program/encode.ts'
import type { Step } from '../../../src/step/step.ts'
import { patience, soon } from '../../harness/patience.ts'

type Call = readonly [keyof typeof functionTable, ...unknown[]]
type Binding = (...calls: readonly Call[]) => readonly unknown[]

const inNode: Binding = (...calls) => {
  const functions = native as unknown as Readonly<Record<string, (...values: readonly unknown[]) => unknown>>
  return calls.map(([name, ...values]) => functions[name]?.(...values))
}

const toJson = (_: string, value: unknown) => (value instanceof Uint8Array ? { bytes: [...value] } : value)
const fromJson = (_: string, value: { bytes?: number[] }) => (value?.bytes ? new Uint8Array(value.bytes) : value)

const inQuickjs: Binding = (...calls) =>
  JSON.parse(
    execFileSync('build/native', [JSON.stringify(calls, toJson)], {
      encoding: 'utf8',
      timeout: 10_000 * patience(),
      maxBuffer: 1 << 28,
    }),
    fromJson,
  )

const folder = mkdtempSync(join(tmpdir(), 'ocits-native-'))
const at = (name: string) => join(folder, name)
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

const [ENOENT, ECONNREFUSED, EEXIST, ENOTDIR, EISDIR, EINVAL] = [2, 111, 17, 20, 21, 22]
const [EFBIG, ELOOP, ENXIO, EPERM, EBADF, ECHILD] = [27, 40, 6, 1, 9, 10]

for (const [binding, call] of [
  ['koffi', inNode],
  ['quickjs', inQuickjs],
] as const) {
  const test = suite(binding)
  const one = (...words: Call) => call(words)[0]
  const name = (rest: string) => at(`${binding}-${rest}`)

  test('read: a complete file of at most this number of bytes', () => {
    writeFileSync(name('text'), 'ä\0b\n')
    assert.is(one('read', name('text'), 5), 'ä\0b\n')
    assert.is(one('read', name('text'), 4), -EFBIG)
    assert.is(one('read', name('text'), -1), -EINVAL)
    assert.is(one('read', name('none'), 5), -ENOENT)
    assert.equal(one('readBytes', name('text'), 5), new Uint8Array([0xc3, 0xa4, 0, 0x62, 0x0a]))
    writeFileSync(name('empty'), '')
    assert.is(one('read', name('empty'), 0), '')
    assert.equal(one('readBytes', name('empty'), 0), new Uint8Array())
  })

  test('code: opened by its own name, owned by no other user, and not writable for others, nor is its folder', () => {
    const folder = name('programs')
    const path = `${folder}/code`
    mkdirSync(folder)
    writeFileSync(path, 'ab')
    const trial = (limit = 2) => one('code', path, limit)
    assert.equal(trial(), new Uint8Array([0x61, 0x62]))
    assert.is(trial(1), -EFBIG)
    for (const mode of [0o664, 0o646, 0o602]) {
      chmodSync(path, mode)
      assert.is(trial(), -EPERM, mode.toString(8))
    }
    chmodSync(path, 0o600)
    for (const mode of [0o775, 0o707]) {
      chmodSync(folder, mode)
      assert.is(trial(), -EPERM, mode.toString(8))
      chmodSync(folder, 0o1000 | mode)
      assert.not.type(trial(), 'number')
    }
    chmodSync(folder, 0o755)
    symlinkSync('code', `${folder}/link`)
    assert.is(one('code', `${folder}/link`, 2), -ELOOP)
    assert.is(one('code', folder, 2), -EISDIR)
    assert.is(one('code', `${folder}/none`, 2), -ENOENT)
    assert.is(one('code', `${path}/none`, 2), -ENOTDIR)
    if (process.geteuid?.() !== 0) return
    chownSync(path, 4711, 4711)
    assert.is(trial(), -EPERM)
  })

  test('check: whether execute accepts a program, and the place where it does not', () => {
    const step: Step = { op: 'umask', actor: 'init', pointer: '', mask: 0o22 }
    assert.equal(one('check', encode([step])), new Uint8Array())
    assert.equal(one('check', encode([step, { ...step, mask: 0o10000 }])), new Uint8Array([1, 0, 0, 0, 0, 0, 0, 0]))
    assert.equal(one('check', new Uint8Array(3)), new Uint8Array([0, 0, 0, 0, 255, 255, 255, 255]))
  })

  test('read: procfs, which reports its files as empty', () => {
    assert.match(String(one('read', '/proc/self/status', 65536)), /^Name:\t/)
    assert.ok(String(one('read', '/proc/kallsyms', 1 << 28)).length > 100_000)
    assert.is(one('read', '/proc/kallsyms', 100_000), -EFBIG)
  })

  test('read: a folder, a fifo and a device are refused, without blocking', () => {
    execFileSync('mkfifo', [name('fifo')])
    assert.is(one('read', folder, 5), -EISDIR)
    assert.is(one('read', name('fifo'), 5), -EINVAL)
    assert.is(one('read', '/dev/zero', 5), -EINVAL)
    assert.is(one('append', name('fifo'), 'x'), -ENXIO)
  })

  test('a string with NUL is refused, not cut', () => {
    assert.is(one('read', `${name('text')}\0x`, 5), -EINVAL)
    assert.is(one('mode', '/\0x'), -EINVAL)
    assert.is(one('put', 1, 'a\0b'), -EINVAL)
  })

  test('list, mode, link, real', () => {
    mkdirSync(name('folder'))
    assert.is(one('list', name('folder')), '')
    writeFileSync(join(name('folder'), 'a'), '')
    writeFileSync(join(name('folder'), '.b'), '')
    assert.equal(
      String(one('list', name('folder')))
        .split('\0')
        .sort(),
      ['', '.b', 'a'],
    )
    assert.is(one('list', name('text')), -ENOTDIR)
    chmodSync(name('text'), 0o4640)
    assert.is(one('mode', name('text')), constants.S_IFREG | 0o4640)
    symlinkSync('nowhere', name('link'))
    assert.is(Number(one('mode', name('link'))) & constants.S_IFMT, constants.S_IFLNK)
    assert.is(one('link', name('link')), 'nowhere')
    assert.is(one('link', name('text')), -EINVAL)
    assert.is(one('real', `${folder}/../${folder.split('/').pop()}/./`), folder)
    assert.is(one('real', name('link')), -ENOENT)
  })

  test('create: a new file, not through a symlink', () => {
    symlinkSync(name('target'), name('to-target'))
    assert.is(one('create', name('to-target'), new Uint8Array([1]), 0o644), -EEXIST)
    assert.not.ok(existsSync(name('target')))
    assert.is(one('create', name('new'), new Uint8Array([1, 0, 2]), 0o640), 0)
    assert.equal([...readFileSync(name('new'))], [1, 0, 2])
    assert.is(statSync(name('new')).mode & 0o7777, 0o640 & ~process.umask())
    assert.is(one('create', name('new'), new Uint8Array(), 0o640), -EEXIST)
    assert.is(one('create', '/dev/full', new Uint8Array([1]), 0o640), -EEXIST)
  })

  test('append: to the end, not through a symlink', () => {
    assert.equal(call(['append', name('log'), 'one\n'], ['append', name('log'), 'two\n']), [0, 0])
    assert.is(readFileSync(name('log'), 'utf8'), 'one\ntwo\n')
    assert.is(one('append', name('to-target'), 'x'), -ELOOP)
    assert.is(one('append', join(name('log'), 'x'), 'x'), -ENOTDIR)
  })

  test('put: all of it, or an error', () => {
    assert.is(one('put', 99, 'x'), -EBADF)
  })

  test('env, machine, euid, egid, now', () => {
    process.env.OCITS_TEST = 'a=ß'
    assert.is(one('env', 'OCITS_TEST'), 'a=ß')
    assert.is(one('env', 'OCITS_NONE'), -ENOENT)
    assert.is(one('machine'), execFileSync('uname', ['-m'], { encoding: 'utf8' }).trim())
    assert.is(one('euid'), process.geteuid?.())
    assert.is(one('egid'), process.getegid?.())
    const before = Date.now()
    const now = String(one('now'))
    assert.match(now, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/)
    const told = Date.parse(now)
    assert.ok(before <= told && told <= Date.now(), now)
  })

  test('locked: whether another process holds the lock', async () => {
    assert.is(one('locked', folder), 0)
    const holder = spawn('flock', [folder, 'sleep', '3600'], { stdio: 'ignore', detached: true })
    try {
      await soon(() => one('locked', folder) !== 0)
      assert.is(one('locked', folder), 1)
    } finally {
      process.kill(-(holder.pid ?? 0), 'SIGKILL')
    }
    await soon(() => one('locked', folder) !== 1)
    assert.is(one('locked', folder), 0)
    assert.is(one('locked', name('none')), -ENOENT)
  })

  test('ours: a folder that nobody else may write to', () => {
    mkdirSync(name('ours'), { mode: 0o700 })
    assert.is(one('ours', name('ours')), 0)
    chmodSync(name('ours'), 0o770)
    assert.is(one('ours', name('ours')), -EPERM)
    symlinkSync(name('folder'), name('ours-link'))
    assert.is(one('ours', name('ours-link')), -ENOTDIR)
    assert.is(one('ours', name('text')), -ENOTDIR)
    assert.is(one('ours', name('none')), -ENOENT)
  })

  test('exposed: below a folder that everybody may write to, and that is not sticky', () => {
    mkdirSync(name('open'), { mode: 0o700 })
    mkdirSync(name('open/below'), { mode: 0o700 })
    assert.is(one('exposed', name('open/below')), 0)
    chmodSync(name('open'), 0o777)
    assert.is(one('exposed', name('open/below')), 1)
    chmodSync(name('open'), 0o1777)
    assert.is(one('exposed', name('open/below')), 0)
  })

  test('execute: an invalid program is refused before anything is done', () => {
    const before = execFileSync('ls', ['/proc/self/fd'], { encoding: 'utf8' })
    for (const bytes of [new Uint8Array(), new Uint8Array(24), new Uint8Array(1000).fill(255)])
      assert.ok(Number(one('execute', bytes, folder, 'x', [0, 1, 2], -1)) < 0)
    assert.is(execFileSync('ls', ['/proc/self/fd'], { encoding: 'utf8' }), before)
  })

  test.run()
}

const node = suite('koffi alone')

node('probe: whether a process listens', async () => {
  assert.is(native.probe(folder, 'socket'), -ENOENT)
  writeFileSync(at('file'), '')
  assert.is(native.probe(folder, 'file'), -ECONNREFUSED)
})

node('event: readable after a write', () => {
  const event = native.event()
  assert.ok(event > 2)
  assert.is(writeSync(event, new Uint8Array(8).fill(1)), 8)
  closeSync(event)
})

node('pidfd and status: only children are reaped', () => {
  const own = native.pidfd(process.pid)
  assert.ok(own > 2)
  assert.is(native.status(own), -ECHILD)
  closeSync(own)
  assert.is(native.pidfd(-1), -EINVAL)
})

node.run()
