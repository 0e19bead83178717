import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { live } from '../harness/live.ts'
import { config, make } from '../harness/make.ts'
import { succeeded } from '../harness/outcome.ts'
import { traces, unchanged } from '../harness/traces.ts'
import { hour, ocits, root } from './sweep.ts'

// Many containers, sixteen at a time, with the library in this process and with the command. At the end nothing has grown: neither
// leftovers on the machine, nor this process, nor the kernel's counts of cgroups and open files. `SOAK` is the number of containers.

const count = Number(process.env.SOAK ?? (process.env.ALL === '1' ? 1_000 : 100))
const width = 16
const { create, start, wait, remove }: typeof import('../../src/index.ts') = await import(
  new URL('../../dist/index.js', import.meta.url).href
)

const field = (file: string, pattern: RegExp) => Number(pattern.exec(readFileSync(file, 'utf8'))?.[1])

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

// V8 maps its heap in pages of 256 KiB each, and may double its young generation (64 pages) at any time. So its own pages are not counted.
const heapPages = () => Math.ceil(getHeapStatistics().total_heap_size / 262_144)

const levels = () => {
  collectGarbage()
  return {
    'kB resident': field('/proc/self/status', /VmRSS:\s+(\d+)/),
    descriptors: readdirSync('/proc/self/fd').length,
    threads: field('/proc/self/status', /Threads:\s+(\d+)/),
    mappings: readFileSync('/proc/self/maps', 'utf8').split('\n').length - heapPages(),
    'files in /tmp': readdirSync('/tmp').length,
    'cgroups of pids': field('/proc/cgroups', /^pids\s+\d+\s+(\d+)/m),
    'open files of the machine': field('/proc/sys/fs/file-nr', /^(\d+)/),
  }
}

async function waves(total: number, one: (id: string) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async (_: unknown, number: number) => {
    while (next++ < total) await one(`soak-${number}`)
  }
  await Promise.all(Array.from({ length: width }, worker))
}

const commands = Math.ceil(count / 4)

live(
  `${count} containers leave nothing, and nothing grows`,
  async () => {
    const bundle = await make(config(['exit', '3']))
    const null_ = openSync('/dev/null', 'r+')
    const byLibrary = async (id: string) => {
      await create(id, { bundle, root, stdio: [null_, null_, null_] })
      await start(id, { root })
      assert.is(await wait(id, { root }), 3)
      await remove(id, { root })
    }
    const byCommand = async (id: string) => {
      const { code, stderr } = await ocits(['run', '--bundle', bundle, id])
      assert.is(code, 3, stderr)
    }
    // Before this point pools are filled and code is compiled: from here on the curve should be flat.
    await waves(Math.min(count, 200), byLibrary)
    const before = traces(root)
    const first = levels()
    await waves(count - commands, byLibrary)
    const last = levels()
    console.log(`faults: ${count - commands} by the library: ${JSON.stringify(first)} → ${JSON.stringify(last)}`)
    await unchanged(before, root)
    // Memory that V8 keeps is no leak: a leak grows with the count.
    assert.ok(last['kB resident'] - first['kB resident'] < 16_384 + count, 'memory')
    for (const what of ['descriptors', 'threads', 'mappings', 'files in /tmp'] as const)
      assert.ok(last[what] <= first[what] + (what === 'mappings' ? 32 : 4), what)
    await waves(commands, byCommand)
    succeeded(await ocits(['list']))
    await unchanged(before, root)
    closeSync(null_)
  },
  hour,
)

test.run()
