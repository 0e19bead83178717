import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isFailure } from '../../src/failure.ts'
import { observe } from '../../src/machine/observe.ts'
import { look } from '../../src/machine/store.ts'
import type { Native } from '../../src/native/table.ts'
import { removeSteps } from '../../src/plan/delete.ts'
import { decode } from '../../src/program/outcome.ts'
import { random } from '../unit/spec/mutate.ts'

// The texts that the TypeScript reads from files and from C, with random changes: it must give an answer, or an error with a message, in a
// short time.

const seconds = Number(process.env.SECONDS ?? 3)
const seed = Number(process.env.SEED ?? 1)

function changed(text: string, next: () => number): string {
  let result = text
  for (let left = 1 + Math.floor(next() * 4); left > 0; left--) {
    const at = Math.floor(next() * (result.length + 1))
    const cut = Math.floor(next() ** 3 * 20)
    const from = Math.floor(next() * result.length)
    const odd = [
      '\n',
      ' ',
      ':',
      ',',
      '/',
      '\\040',
      '\\',
      '"',
      '{',
      '[',
      '-1',
      '4294967295',
      '1e9',
      'null',
      '\0',
      '\ufffd',
      ' - cgroup ',
    ]
    const put = next() < 0.5 ? (odd[Math.floor(next() * odd.length)] ?? '') : result.slice(from, from + cut)
    result = result.slice(0, at) + put + result.slice(at + cut)
  }
  return result
}

const files = ['/proc/self/cgroup', '/proc/self/mountinfo', '/proc/self/uid_map', '/proc/self/stat'] as const
const read = (path: string) => readFileSync(path, 'utf8')
const seeds: Readonly<Record<string, string>> = Object.fromEntries(files.map((path) => [path, read(path)]))

/** A machine with these texts; everything else is missing. */
const machine = (texts: Readonly<Record<string, string>>): Native =>
  ({
    read: (path: string) => texts[path] ?? texts[path.replace(/\d+/, 'self')] ?? -2,
    readOwn: (path: string) => texts[path] ?? -2,
    euid: () => 0,
    egid: () => 0,
    machine: () => 'x86_64',
    same: () => 0,
    ours: () => -2,
    locked: () => 0,
    probe: () => -111,
    mode: () => -2,
    list: () => -2,
    link: () => -2,
    able: () => 1,
  }) as unknown as Native

const record = JSON.stringify({
  ...{ ociVersion: '1.3.0', id: 'c', bundle: '/b', rootfs: '/b/rootfs', created: '2026-01-02T03:04:05Z', owner: 0 },
  ...{ cgroups: ['/sys/fs/cgroup/c'], inodes: [7], boot: '', namespaces: ['pid'], diesWithInit: true },
  ...{ freezer: '/sys/fs/cgroup/c', network: { path: '/n', devices: { eth0: 'eth1' } }, rdt: ['/r'], covered: '/x' },
  ...{ hooks: { poststop: [{ path: '/bin/true' }] }, unit: { name: 'c.scope', bus: '/bus' } },
})
const state = record.replace(/}$/, ',"pid":4711,"startTime":5,"last":[[3,"exec","/process/args","sh"]]}\n')

const outcome = new Uint8Array([
  ...[5, 0, 0, 0, 2, 0, 0, 0, 7, 0, 0, 0, 255, 255, 255, 255, ...Array(8).fill(1)],
  0,
  0,
  0,
  0,
])
const notes = new Uint8Array([...outcome, 2, 0, 0, 0, 0x68, 0x69, 1, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0x78])

const targets: Readonly<Record<string, (next: () => number) => void>> = {
  'cgroup files and mountinfo': (next) => {
    const path = files[Math.floor(next() * 3)] ?? files[0]
    const host = observe(machine({ ...seeds, [path]: changed(seeds[path] ?? '', next) }))
    assert.type(host.pinned, 'boolean')
    assert.ok(host.resctrl === undefined || typeof host.resctrl === 'string')
  },
  'records of containers': (next) => {
    const texts =
      next() < 0.5
        ? { '/s/c/state.json': changed(state, next), '/proc/self/stat': changed(seeds['/proc/self/stat'] ?? '', next) }
        : { '/s/c/intent': changed(`${record}\n0 70\n1 1\n`, next) }
    const { intent, status } = look(machine(texts), '/s', 'c') ?? {}
    if (intent !== undefined) [...removeSteps(intent, status !== 'stopped')]
  },
  outcomes: (next) => {
    const bytes = notes.slice(0, next() < 0.2 ? Math.floor(next() * notes.length) : notes.length)
    for (let left = 1 + Math.floor(next() * 4); left > 0; left--)
      bytes[Math.floor(next() * bytes.length)] = next() < 0.3 ? 255 : Math.floor(next() * 256)
    try {
      decode(bytes)
    } catch (error) {
      if (!(error instanceof RangeError) && !/^an outcome /.test(String((error as Error).message))) throw error
    }
  },
}

for (const [name, target] of Object.entries(targets))
  test(`${name}, for ${seconds} s (SEED=${seed})`, () => {
    const next = random(seed)
    const end = Date.now() + seconds * 1000
    let count = 0
    for (; Date.now() < end; count++) {
      const start = process.cpuUsage()
      try {
        target(next)
      } catch (failure) {
        if (!isFailure(failure)) throw new Error(`input ${count} of seed ${seed}`, { cause: failure })
      }
      assert.ok(process.cpuUsage(start).user < 1_000_000, `input ${count} of seed ${seed} takes too long`)
    }
    console.log(`${name}: ${count} inputs`)
  })

test.run()
