import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { binary, bindings, runtime } from '../harness/binding.ts'
import { live } from '../harness/live.ts'
import { type Changes, config, make } from '../harness/make.ts'
import { refused, succeeded } from '../harness/outcome.ts'
import { type Result, run } from '../harness/run.ts'
import { traces, unchanged } from '../harness/traces.ts'

// Configs and images that are larger than any written by hand: everything that the kernel accepts works.

const root = '/run/ocits-limits'
const ocits = runtime(binary, root)
const list = <T>(count: number, make: (index: number) => T) => Array.from({ length: count }, (_, index) => make(index))

/** A run with a low soft limit of open files, which its hard limit raises in the end. */
function few(bundle: string, files: number): Promise<Result> {
  const words = [...ocits.command, 'run', '--bundle', bundle, 'few']
  return run(['sh', '-c', `ulimit -Sn ${files}; exec "$@"`, 'sh', ...words])
}

function law(name: string, body: () => Promise<void>, limit?: number): void {
  live(
    name,
    async () => {
      const before = traces(root)
      await body()
      await unchanged(before, root)
    },
    limit,
  )
}

const written = `/tmp/ocits-limits.${process.pid}`
const shell = (script: string) => ({ path: '/bin/sh', args: ['sh', '-c', script], env: ['PATH=/usr/bin:/bin'] })
const poststop = list(520, (index) => shell(`echo ${index} >>${written}`))
const all = list(520, String).join('\n')

law('a string may have as many bytes as its length says', async () => {
  const bundle = await make(config(['id'], { process: { env: [`A=${'\u5b57'.repeat(50_000)}`] } }))
  refused(await ocits(['create', '--bundle', bundle, 'wide']), 'config.json#/process/env/0', '150002 bytes')
})

for (const binding of bindings)
  law(
    `${binding.name}: 520 poststop hooks run, each once and in order`,
    async () => {
      const bundle = await make(config(['say', 'here'], { hooks: { poststop } }))
      writeFileSync(written, '')
      assert.is(
        succeeded(await runtime(binding, root)(['run', '--bundle', bundle, 'hooks'], { limit: 60_000 })),
        'here\n',
      )
      assert.is(readFileSync(written, 'utf8').trim(), all)
    },
    90_000,
  )

law(
  'the same after a failed create',
  async () => {
    const bundle = await make(config(['say', 'here'], { hooks: { prestart: [shell('exit 3')], poststop } }))
    writeFileSync(written, '')
    refused(await ocits(['create', '--bundle', bundle, 'hooks'], { limit: 60_000 }), 'prestart hook #0: exit status 3')
    assert.is(readFileSync(written, 'utf8').trim(), all)
  },
  90_000,
)

law('as many groups as a process can have', async () => {
  const additionalGids = list(65536, (index) => index + 7)
  const bundle = await make(config(['id'], { process: { user: { uid: 5, gid: 6, additionalGids } } }))
  const printed = succeeded(await ocits(['run', '--bundle', bundle, 'groups']))
  assert.ok(printed.includes(`groups ${additionalGids.join(' ')}\n`), printed.slice(0, 200))
})

for (const binding of bindings)
  law(`${binding.name}: 700 descriptors are passed on`, async () => {
    const bundle = await make(config(['fds']))
    const fds = list(700, () => openSync('/dev/null', 'r'))
    try {
      const words = ['run', '--preserve-fds', '700', '--bundle', bundle, 'fds']
      assert.is(succeeded(await runtime(binding, root)(words, { fds })), `fds ${list(703, String).join(' ')}\n`)
      refused(
        await runtime(binding, root)(['run', '--preserve-fds', '100000', '--bundle', bundle, 'fds'], { fds }),
        'is not open',
      )
    } finally {
      for (const fd of fds) closeSync(fd)
    }
  })

const deep = (levels: number) => '/x'.repeat(levels)
const rlimit = (soft: number) => new RegExp(`^rlimit NOFILE: soft ${soft}, `, 'm')

// The number of bind mounts is at, below and above the limit of open files: ocits opens other files, too.
for (const counts of [
  [28, 31, 32, 33],
  [80, 88, 92, 94, 96],
  [99, 100, 101, 300],
])
  law(
    `${counts.join(', ')} bind mounts with a limit of 100 open files, which then holds in the container`,
    async () => {
      for (const count of counts) {
        const mounts = list(count, (index) => ({ destination: `/d/${index}`, source: '/etc', options: ['bind'] }))
        const bundle = await make(config(['rlimit', 'NOFILE', 'ls', '/d'], { mounts }))
        const printed = succeeded(await few(bundle, 100))
        assert.match(printed, rlimit(100))
        assert.ok(printed.includes(`/d: ${list(count, String).sort().join(' ')}\n`), printed.slice(0, 500))
      }
    },
  )

law(
  '5,000 bind mounts, more than a process may have open files',
  async () => {
    const mounts = list(5000, (index) => ({ destination: `/d/${index}`, source: '/etc', options: ['bind'] }))
    const bundle = await make(config(['rlimit', 'NOFILE', 'ls', '/d/4999'], { mounts }))
    const printed = succeeded(await few(bundle, 1024))
    assert.match(printed, rlimit(1024))
    assert.ok(printed.includes('passwd'), printed.slice(0, 500))
  },
  90_000,
)

law('tmpcopyup of a tree of 300 levels with wide folders works with few open files', async () => {
  const tmpfs = { destination: '/tree', type: 'tmpfs', source: 'tmpfs', options: ['tmpcopyup'] }
  const bundle = await make(
    config(['rlimit', 'NOFILE', 'stat', '/tree/x/x', 'ls', '/tree/x', 'read', `/tree${deep(300)}/leaf`], {
      mounts: [tmpfs],
    }),
  )
  const tree = `${bundle}/rootfs/tree`
  mkdirSync(`${tree}${deep(300)}`, { recursive: true })
  writeFileSync(`${tree}${deep(300)}/leaf`, 'the leaf\n')
  const names = list(300, (index) => `${index % 3 === 0 ? 'folder' : 'file'}-${String(index).padStart(50, '0')}`)
  for (const name of names)
    if (name.startsWith('folder')) mkdirSync(`${tree}/x/${name}`)
    else writeFileSync(`${tree}/x/${name}`, name)
  chmodSync(`${tree}/x/x`, 0o1751)
  const printed = succeeded(await few(bundle, 100))
  assert.match(printed, rlimit(100))
  assert.ok(printed.includes('/tree/x/x: directory 1751 0:0\n'), printed.slice(0, 500))
  assert.ok(printed.includes(`/tree/x: ${[...names, 'x'].sort().join(' ')}\n`), printed.slice(0, 500))
  assert.match(printed, /the leaf/)
})

law('tmpcopyup works at whatever level no more files can be opened', async () => {
  const depths = list(30, (index) => 31 + index)
  const mounts = depths.map((depth) => ({
    destination: `/tree${depth}`,
    type: 'tmpfs',
    source: 'tmpfs',
    options: ['tmpcopyup'],
  }))
  const seen = depths.flatMap((depth) => ['read', `/tree${depth}${deep(depth)}/leaf`])
  const bundle = await make(config(['rlimit', 'NOFILE', ...seen], { mounts }))
  for (const depth of depths) {
    const folder = `${bundle}/rootfs/tree${depth}${deep(depth)}`
    mkdirSync(folder, { recursive: true })
    writeFileSync(`${folder}/leaf`, `leaf of ${depth}\n`)
  }
  const printed = succeeded(await few(bundle, 100))
  assert.match(printed, rlimit(100))
  for (const depth of depths) assert.ok(printed.includes(`leaf of ${depth}\n`), printed.slice(0, 500))
})

law('tmpcopyup of a tree deeper than any path is refused', async () => {
  const tmpfs = { destination: '/tree', type: 'tmpfs', source: 'tmpfs', options: ['tmpcopyup'] }
  const bundle = await make(config(['id'], { mounts: [tmpfs] }))
  const here = process.cwd()
  mkdirSync(`${bundle}/rootfs/tree`)
  process.chdir(`${bundle}/rootfs/tree`)
  for (let level = 0; level < 4200; level++) {
    mkdirSync('x')
    process.chdir('x')
  }
  process.chdir(here)
  refused(await ocits(['run', '--bundle', bundle, 'deep']), 'config.json#/mounts/0', 'deeper than any path')
  await run(['rm', '-rf', `${bundle}/rootfs/tree`])
})

law('a createContainer hook has the caller’s limit of open files', async () => {
  const mounts = list(40, (index) => ({ destination: `/d/${index}`, source: '/etc', options: ['bind'] }))
  const createContainer = [shell(`ulimit -Sn >${written}`)]
  succeeded(await few(await make(config(['id'], { mounts, hooks: { createContainer } })), 100))
  assert.is(readFileSync(written, 'utf8'), '100\n')
})

law('a missing mount point 1,900 levels deep is made with few open files', async () => {
  const destination = `/data${deep(1900)}`
  const tmpfs = { destination, type: 'tmpfs', source: 'tmpfs' }
  const bundle = await make(
    config(['rlimit', 'NOFILE', 'mkdir', `${destination}/new`, 'ls', destination], { mounts: [tmpfs] }),
  )
  const printed = succeeded(await few(bundle, 100))
  assert.match(printed, rlimit(100))
  assert.match(printed, /: new\n/)
  assert.not.ok(existsSync(`${bundle}/rootfs${destination}/new`), 'nothing is mounted there')
  assert.ok(existsSync(`${bundle}/rootfs${destination}`))
})

for (const levels of [255, 256, 300])
  law(`a cgroup ${levels} levels deep is removed, also after a failed create`, async () => {
    const cgroup = (changes: Changes) =>
      make(
        config(['cgroup'], {
          linux: { namespaces: [{ type: 'pid' }, { type: 'mount' }], cgroupsPath: `/deep${deep(levels - 1)}` },
          ...changes,
        }),
      )
    assert.ok(
      succeeded(await ocits(['run', '--bundle', await cgroup({}), 'deep'])).includes(`/deep${deep(levels - 1)}`),
    )
    const failing = await cgroup({ hooks: { createRuntime: [shell('exit 3')] } })
    refused(await ocits(['create', '--bundle', failing, 'deep']), 'createRuntime hook #0: exit status 3')
  })

test.run()
