import { spawn } from 'node:child_process'
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { observe } from '../../src/machine/observe.ts'
import { native } from '../../src/native/koffi.ts'
import { planMountsAdd } from '../../src/plan/live_mounts.ts'
import { encode } from '../../src/program/encode.ts'
import { decode } from '../../src/program/outcome.ts'
import type { Linux } from '../../src/spec/linux.ts'
import { check } from '../../src/spec/load.ts'
import type { Mount } from '../../src/spec/mounts.ts'
import { aside, type Binding, bindings, type Runtime } from '../harness/binding.ts'
import { canary, untouched } from '../harness/canary.ts'
import { lawsOf } from '../harness/laws.ts'
import { reaches, says, soon, stateOf } from '../harness/life.ts'
import { type Changes, config, make, proc } from '../harness/make.ts'
import { refused, succeeded } from '../harness/outcome.ts'
import { must } from '../harness/run.ts'

// `mounts add` and `mounts remove`: mounts of a container that is there.

const root = '/run/ocits-mounts'
const own: Linux = { namespaces: [{ type: 'pid' }, { type: 'mount' }] }
const ids = [{ containerID: 0, hostID: 100_000, size: 65_536 }]
const user: Linux = { namespaces: [...(own.namespaces ?? []), { type: 'user' }], uidMappings: ids, gidMappings: ids }

const data = '/tmp/ocits-mounts-data'
mkdirSync(`${data}/below`, { recursive: true })
writeFileSync(`${data}/file`, 'DATA')

const bind = (destination: string, source = data, ...more: readonly string[]): Mount => ({
  destination,
  source,
  options: ['bind', ...more],
})
const tmpfs = (destination: string, ...options: readonly string[]): Mount => ({
  destination,
  type: 'tmpfs',
  source: 'tmpfs',
  options: [...options],
})

let count = 0

function file(mounts: readonly Partial<Mount>[] | string): string {
  const path = `/tmp/ocits-mounts-${count++}.json`
  writeFileSync(path, typeof mounts === 'string' ? mounts : JSON.stringify(mounts))
  return path
}

type Inside = {
  /** What `mounts add` and `mounts remove` answer. */
  readonly change: (act: 'add' | 'remove', mounts: readonly Partial<Mount>[] | string) => ReturnType<Runtime>
  /** What a program inside prints. */
  readonly says: (...words: readonly string[]) => Promise<string>
  /** The mounts of the container, as lines of mountinfo. */
  readonly list: () => readonly string[]
  readonly bundle: string
}

/** A container that runs for as long as `body` takes; `plant` changes its image. */
async function running(ocits: Runtime, changes: Changes, body: (inside: Inside) => Promise<void>, plant?: Plant) {
  const quick = aside(ocits)
  const bundle = await make(config(['trap'], changes))
  plant?.(`${bundle}/rootfs`)
  if (changes.linux?.uidMappings !== undefined) await must(['chown', '-Rh', '100000:100000', bundle])
  const { out, ...made } = await quick(['run', '--detach', '--bundle', bundle, 'web'])
  assert.is(made.stderr, '')
  try {
    await says(out, 'ready')
    const { pid } = await stateOf(quick, 'web')
    await body({
      change: (act, mounts) => ocits(['mounts', act, 'web', file(mounts)]),
      says: async (...words) => succeeded(await quick(['exec', 'web', '/probe', ...words])),
      list: () => readFileSync(`/proc/${pid}/mountinfo`, 'utf8').trimEnd().split('\n'),
      bundle,
    })
  } finally {
    succeeded(await quick(['delete', '--force', 'web']))
  }
}

type Plant = (rootfs: string) => void

/** The pids of processes of `mounts add`. */
const inits = () => readdirSync('/proc').filter((name) => Number(name) > 0 && comm(name) === 'ocits-init\n')

function comm(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8')
  } catch {
    return '' // it has ended
  }
}

const points = (list: readonly string[]) => list.map((line) => line.split(' ')[4])

for (const binding of bindings) {
  const law = lawsOf(binding, root)
  for (const [kind, linux] of Object.entries({ 'a plain container': own, 'a user namespace': user }))
    law(`mounts: what is added is there, and gone when it is removed: ${kind}`, async (ocits) => {
      await running(ocits, { linux }, async ({ change, says, list }) => {
        const before = list()
        const wanted = [
          bind('/made/for/it'),
          bind('/read', data, 'ro'),
          bind('/one', `${data}/file`),
          tmpfs('/scratch', 'size=64k', 'mode=711'),
          tmpfs('/still', 'ro'),
          tmpfs('/read/below', 'nosuid'),
          bind('/other', '/proc/sys', 'ro'),
        ]
        succeeded(await change('add', wanted))
        assert.equal(points(list()).sort(), [...points(before), ...wanted.map((each) => each.destination)].sort())
        assert.is(await says('read', '/made/for/it/file', 'read', '/one'), '/made/for/it/file: DATA\n/one: DATA\n')
        assert.match(await says('write', '/still/x'), /Read-only file system/)
        const of = (place: string) => list().find((line) => line.includes(` ${place} `)) ?? ''
        assert.match(of('/read'), / ro,/)
        assert.match(of('/scratch'), /size=64k,mode=711/)
        succeeded(await change('remove', wanted))
        assert.equal(list(), before)
      })
    })
}

const [binding] = bindings as readonly [Binding, ...Binding[]]
const law = lawsOf(binding, root)

law('mounts: a created container, and a paused one', async (ocits) => {
  const bundle = await make(config(['read', '/data/file', 'trap']))
  const { out, ...made } = await ocits(['create', '--bundle', bundle, 'web'])
  succeeded({ out, ...made })
  const added = [bind('/data')]
  succeeded(await ocits(['mounts', 'add', 'web', file(added)]))
  succeeded(await ocits(['start', 'web']))
  await says(out, '/data/file: DATA')
  succeeded(await ocits(['pause', 'web']))
  const { pid } = await stateOf(ocits, 'web')
  const list = () => points(readFileSync(`/proc/${pid}/mountinfo`, 'utf8').trimEnd().split('\n'))
  succeeded(await ocits(['mounts', 'add', 'web', file([tmpfs('/frozen')])]))
  assert.ok(list().includes('/frozen'))
  succeeded(await ocits(['mounts', 'remove', 'web', file([tmpfs('/frozen'), ...added])]))
  assert.not.ok(list().includes('/data'))
  succeeded(await ocits(['delete', '--force', 'web']))
})

law('mounts: ids are mapped as the config says, or as the mount does', async (ocits) => {
  await must(['chown', '7:8', `${data}/below`])
  const maps = {
    uidMappings: [{ containerID: 7, hostID: 100_070, size: 1 }],
    gidMappings: [{ containerID: 8, hostID: 100_080, size: 1 }],
  }
  await running(ocits, { linux: user }, async ({ change, says }) => {
    const answer = await change('add', [bind('/mapped', data, 'idmap'), { ...bind('/own'), ...maps }])
    if (answer.stderr.includes('this file system cannot be idmapped')) return
    succeeded(answer)
    assert.match(await says('stat', '/mapped/below', 'stat', '/own/below'), /7:8.* 70:80/s)
  })
})

law('mounts: if one fails, those before it are unmounted again', async (ocits) => {
  const more = (['ipc', 'network'] as const).map((type) => ({ type }))
  for (const linux of [own, user])
    await running(
      ocits,
      { linux: { ...linux, namespaces: [...(linux.namespaces ?? []), ...more] } },
      async ({ change, list }) => {
        const before = list()
        // Of a user namespace a sysfs needs one in sight that nothing covers.
        const network = linux === own ? { destination: '/s', type: 'sysfs' } : tmpfs('/s')
        const good = [
          bind('/a'),
          bind('/a/file', `${data}/file`),
          tmpfs('/b'),
          tmpfs('/b/c'),
          { destination: '/q', type: 'mqueue' },
          network,
        ]
        const long = tmpfs('/long', `size=${'0'.repeat(300)}200000`) // octal; too long for fsconfig(2)
        for (const [bad, ...words] of [
          [tmpfs('/d', 'size=much'), '#/6: ', "Bad value for 'size'"],
          [bind('/probe'), '#/6: ', 'ENOTDIR'],
        ] as const) {
          refused(await change('add', [...good, bad]), 'mounts.json', ...words)
          assert.equal(list(), before)
        }
        refused(await change('add', [long, tmpfs('/d', 'size=much')]), 'mounts.json#/1')
        assert.equal(list(), before)
        refused(
          await change('add', [...good, bind('/d', '/no/such')]),
          'mounts.json#/6/source',
          'does not exist on the host',
        )
        assert.equal(list(), before)
      },
    )
})

law('mounts: if any step fails, the mounts are what they were', async (ocits) => {
  const null_ = openSync('/dev/null', 'r+')
  for (const linux of [own, user])
    await running(ocits, { linux }, async ({ list, bundle }) => {
      const before = list()
      const checked = check(readFileSync(`${bundle}/config.json`, 'utf8'))
      if (checked === undefined || !('spec' in checked)) throw new Error('no config')
      const state = JSON.parse(readFileSync(`${root}/web/state.json`, 'utf8'))
      const mounts = [bind('/a'), bind('/a/file', `${data}/file`, 'ro'), tmpfs('/b', 'ro')]
      const host = observe(native, state.pid)
      const steps = planMountsAdd({ spec: { ...checked.spec, mounts }, state }, host, () => undefined)
      for (const [index, { op }] of steps.entries()) {
        if (op === 'reap') continue // by then it is done
        const answer = native.execute(encode(steps, undefined, index), root, 'web', [null_, null_, null_], -1)
        assert.is(typeof answer === 'number' ? answer : decode(answer).index, index, op)
        assert.equal(list(), before)
      }
    })
  closeSync(null_)
})

law(
  'mounts: a command that is ended midway leaves all or none',
  async (ocits) => {
    await running(ocits, {}, async ({ change, list }) => {
      const before = list()
      const many = Array.from({ length: 120 }, (_, i) => tmpfs(`/m/${i}`))
      const path = file(many)
      const ends = new Map<number, number>()
      for (let i = 0; i < 40; i++) {
        const child = spawn(ocits.command[0] ?? '', [...ocits.command.slice(1), 'mounts', 'add', 'web', path])
        const signal = (['SIGTERM', 'SIGINT', 'SIGKILL'] as const)[i % 3]
        const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
        await new Promise((resolve) => setTimeout(resolve, 3 + i))
        child.kill(signal)
        const code = await ended
        assert.ok(await soon(() => inits().length === 0), signal) // that of a command that was killed goes on for a moment
        const count = list().length - before.length
        if (signal !== 'SIGKILL') assert.is(code === 0, count > 0, `${code}, ${count} mounts`)
        ends.set(count, (ends.get(count) ?? 0) + 1)
        if (count > 0) succeeded(await change('remove', many))
      }
      assert.equal([...ends.keys()].sort(), [0, many.length], JSON.stringify([...ends]))
    })
  },
  60_000,
)

law('mounts: a command that is ended in time leaves none', async (ocits) => {
  await running(ocits, {}, async ({ change, list }) => {
    const before = list()
    const many = Array.from({ length: 120 }, (_, i) => tmpfs(`/m/${i}`))
    const path = file(many)
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      let code: number | null = 0
      for (let tries = 0; tries < 100 && code === 0; tries++) {
        const child = spawn(ocits.command[0] ?? '', [...ocits.command.slice(1), 'mounts', 'add', 'web', path])
        const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
        let init: number | undefined
        while (init === undefined && child.exitCode === null) {
          await new Promise((resolve) => setImmediate(resolve))
          init = inits().map(Number).find(stopped)
        }
        if (init !== undefined) {
          child.kill(signal)
          await new Promise((resolve) => setTimeout(resolve, 50))
          process.kill(init, 'SIGCONT')
        }
        code = await ended
        if (code === 0) succeeded(await change('remove', many)) // it was done before
      }
      assert.is.not(code, 0, 'it was never caught at work')
      assert.equal(list(), before)
    }
  })
})

/** Whether a process could be stopped. */
function stopped(pid: number): boolean {
  try {
    process.kill(pid, 'SIGSTOP')
    for (;;) {
      const state = /\) (.)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]
      if (state === 'T') return true
      if (state === 'Z' || state === 'X') return false
    }
  } catch {
    return false // it has ended
  }
}

law('mounts: what is no mount point is not removed, nor what is named before it', async (ocits) => {
  await running(ocits, {}, async ({ change, list }) => {
    succeeded(await change('add', [bind('/a'), tmpfs('/b')]))
    const before = list()
    for (const [mounts, ...words] of [
      [[bind('/a'), tmpfs('/dev')], 'mounts.json#/1/destination', 'nothing is mounted there'],
      [[bind('/a'), tmpfs('/a/below')], 'mounts.json#/1/destination', 'nothing is mounted there'],
      [[bind('/a'), tmpfs('/none')], 'mounts.json#/1/destination', 'there is no such path in the container'],
      [[bind('/a'), tmpfs('/')], 'mounts.json#/1/destination', 'on the top of rootfs'],
      [[bind('/a'), tmpfs('/a/..')], 'mounts.json#/1/destination', 'on the top of rootfs'],
      [
        [bind('/a'), tmpfs('/proc/sys')],
        'mounts.json#/1/destination',
        'cannot be unmounted because it is inside /proc',
      ],
    ] as const) {
      refused(await change('remove', mounts), ...words)
      assert.equal(list(), before)
    }
    refused(await change('remove', [bind('/a'), tmpfs('/a/')]), 'mounts.json#/1/destination', '/a is removed twice')
    succeeded(await change('remove', [{ destination: '/b' }, { destination: '/a' }]))
    assert.is(list().length, before.length - 2)
    // The second goes with the first, which is removed last otherwise.
    succeeded(await change('add', [tmpfs('/a'), tmpfs('/a/below'), tmpfs('/c')]))
    succeeded(await change('remove', [tmpfs('/c'), tmpfs('/a/below'), tmpfs('/a')]))
    assert.is(list().length, before.length - 2)
  })
})

law('mounts: what cannot be asked for is refused, with its place', async (ocits) => {
  await running(ocits, {}, async ({ change, list }) => {
    const before = list()
    for (const [mounts, ...words] of [
      ['{}', 'mounts.json: expected a list of mounts'],
      ['[{"destination":', 'mounts.json: line 1'],
      [[tmpfs('/a'), { type: 'tmpfs' }], 'mounts.json#/1'],
      [[tmpfs('/x', 'tmpcopyup')], 'mounts.json#/0/options', 'without end'],
      [[tmpfs('/')], 'mounts.json#/0/destination'],
      [[tmpfs('/proc')], 'mounts.json#/0/destination', 'not of type proc'],
      [[tmpfs('/proc/sys')], 'mounts.json#/0/destination', 'inside /proc'],
      [[{ destination: '/proc', type: 'none', options: ['remount', 'rw'] }], 'mounts.json#/0'],
      [[{ destination: '/x', type: 'none', options: ['rprivate'] }], 'mounts.json#/0/options', 'cannot be undone'],
      [
        [{ destination: '/x', type: 'ext4', source: '/dev/sda' }],
        'mounts.json#/0/type',
        'mount it outside, and bind that',
      ],
      [[{ destination: '/x', type: 'overlay', options: ['lowerdir=/a:/b'] }], 'mounts.json#/0/type', 'and bind that'],
      [[{ ...proc, destination: '/x' }], 'mounts.json#/0/type', 'create alone'],
      [[{ destination: '/x', type: 'cgroup' }], 'mounts.json#/0/type', 'create alone'],
      [[bind('/x', data, 'idmap')], 'mounts.json#/0/options/1', 'needs mappings'],
      [Array.from({ length: 129 }, () => tmpfs('/x')), 'mounts.json: 129 mounts: at most 128'],
    ] as const) {
      refused(await change('add', mounts as string), ...words)
      assert.equal(list(), before)
    }
    succeeded(
      await change(
        'add',
        Array.from({ length: 128 }, () => tmpfs('/x')),
      ),
    )
    assert.is(list().length, before.length + 128)
  })
})

law('mounts: neither a stopped container, nor one with the mounts of the host', async (ocits) => {
  const none = file([tmpfs('/x')])
  refused(await ocits(['mounts', 'add', 'nobody', none]), 'container does not exist: nobody')
  const bundle = await make(config(['id']))
  assert.is((await ocits(['create', '--bundle', bundle, 'web'])).code, 0)
  assert.is((await ocits(['start', 'web'])).code, 0)
  await reaches(ocits, 'web', 'stopped')
  for (const act of ['add', 'remove']) refused(await ocits(['mounts', act, 'web', none]), 'container not running: web')
  succeeded(await ocits(['delete', 'web']))
  await running(ocits, { linux: { namespaces: [{ type: 'pid' }] } }, async ({ change }) => {
    const before = readFileSync('/proc/self/mountinfo', 'utf8')
    for (const act of ['add', 'remove'] as const)
      refused(await change(act, [tmpfs('/x')]), '/linux/namespaces', 'no mount namespace of its own')
    assert.is(readFileSync('/proc/self/mountinfo', 'utf8'), before)
  })
})

law('mounts: a link of the image leads nowhere but into the root', async (ocits) => {
  await untouched(async () => {
    const plant: Plant = (rootfs) => {
      symlinkSync(canary, `${rootfs}/out`)
      symlinkSync(`../../../../..${canary}`, `${rootfs}/up`)
      symlinkSync('/proc/1/root', `${rootfs}/magic`)
      symlinkSync('/proc', `${rootfs}/procfs`)
      symlinkSync('/', `${rootfs}/top`)
    }
    const before = readFileSync('/proc/self/mountinfo', 'utf8')
    await running(
      ocits,
      {},
      async ({ change, says, list, bundle }) => {
        succeeded(await change('add', [bind('/out/new'), bind('/up/file', `${data}/file`)]))
        assert.equal(points(list()).slice(-2), [`${canary}/new`, `${canary}/file`])
        assert.is(await says('read', `${canary}/new/file`), `${canary}/new/file: DATA\n`)
        assert.equal(readdirSync(`${bundle}/rootfs${canary}`).sort(), ['file', 'new'])
        const with2 = list()
        for (const place of ['/procfs/sys', '/procfs', '/magic/x', '/top/proc'])
          refused(await change('add', [tmpfs(place)]), 'mounts.json#/0')
        assert.equal(list(), with2)
        // What is mounted there is found only by a path without links.
        refused(await change('remove', [bind('/out/new')]), 'mounts.json#/0/destination', 'a link is on the way')
        refused(await change('remove', [tmpfs('/procfs')]), 'mounts.json#/0/destination', 'a link is on the way')
        assert.equal(list(), with2)
        succeeded(await change('remove', [bind(`${canary}/new`), bind(`${canary}/file`)]))
      },
      plant,
    )
    assert.is(readFileSync('/proc/self/mountinfo', 'utf8'), before)
  })
})

law('mounts: what hides a part of the container stays, whatever the container renames', async (ocits) => {
  const linux: Linux = { ...own, maskedPaths: ['/secret/mask'], readonlyPaths: ['/proc/sys'] }
  const plant: Plant = (rootfs) => {
    mkdirSync(`${rootfs}/secret/mask`, { recursive: true })
    mkdirSync(`${rootfs}/mnt`)
  }
  await running(
    ocits,
    { linux },
    async ({ change, list, bundle }) => {
      succeeded(await change('add', [bind('/mnt/sys'), bind('/mnt/mask')]))
      const before = list()
      // As a container does it from a mount namespace of its own: there, these are no mount points.
      await must(['mv', `${bundle}/rootfs/mnt`, `${bundle}/rootfs/moved`])
      for (const [to, name] of [
        ['/proc', 'sys'],
        ['/secret', 'mask'],
      ] as const) {
        await must(['ln', '-sfn', to, `${bundle}/rootfs/mnt`])
        refused(await change('remove', [bind(`/mnt/${name}`)]), 'a link is on the way')
      }
      assert.equal(points(list()).length, points(before).length)
      assert.ok(list().some((line) => line.includes(' /secret/mask ')))
    },
    plant,
  )
})

law('mounts: the host sees nothing of it', async (ocits) => {
  const shared = { linux: { ...own, rootfsPropagation: 'rslave' } }
  const before = readFileSync('/proc/self/mountinfo', 'utf8')
  for (const changes of [{}, shared])
    await running(ocits, changes, async ({ change }) => {
      succeeded(await change('add', [bind('/a', '/tmp', 'rbind'), tmpfs('/a/ocits-mounts-data/below'), tmpfs('/t')]))
      assert.is(readFileSync('/proc/self/mountinfo', 'utf8'), before)
    })
  assert.ok(existsSync(`${data}/below`))
})

law('mounts: --plan prints what would be done', async (ocits) => {
  await running(ocits, {}, async ({ list }) => {
    const before = list()
    const path = file([bind('/a'), tmpfs('/b')])
    const added = succeeded(await ocits(['mounts', 'add', '--plan', 'web', path]))
    assert.match(added, /mounts\.json#\/0\/source +0: clone of \/tmp\/ocits-mounts-data/)
    assert.match(added, /mount +mounts\.json#\/1 +tmpfs on \/b/)
    const removed = succeeded(await ocits(['mounts', 'remove', 'web', path, '--plan']))
    assert.match(removed, /detach +mounts\.json#\/1\/destination.*detach +mounts\.json#\/0\/destination/s)
    assert.equal(list(), before)
  })
})

test.run()
