import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Request } from '../../../src/plan/host.ts'
import { planCreate } from '../../../src/plan/plan.ts'
import type { State } from '../../../src/plan/state.ts'
import { encode } from '../../../src/program/encode.ts'
import { check } from '../../../src/spec/load.ts'
import type { Step } from '../../../src/step/step.ts'
import { type StepRow, stepTable } from '../../../src/step/table.ts'
import { delegatedHost, hostOf, nestedHost, request, rootlessHost } from '../../fixtures/hosts.ts'
import { only, single } from '../../fixtures/plans.ts'

const top = new URL('../../../bundles/', import.meta.url)
const bundles = readdirSync(top).filter((name) => existsSync(new URL(`${name}/config.json`, top)))
const users = { rootless: rootlessHost, delegated: delegatedHost, nested: nestedHost } as const
const limited = (name: string) => name.startsWith('resources') || /^(containerd|podman)-default$/.test(name)
const requests: readonly Partial<Request>[] = [
  {},
  { mode: 'run', pidFile: '/run/pid' },
  { mode: 'run', detach: true, noNewKeyring: true },
]

function* plans(): Generator<{ readonly name: string; readonly text: string; readonly steps: readonly Step[] }> {
  for (const name of bundles) {
    const text = readFileSync(new URL(`${name}/config.json`, top), 'utf8')
    const checked = check(text)
    if (checked === undefined || 'faults' in checked) throw new Error(`bundles/${name} is at fault`)
    const isUser = checked.spec.linux?.namespaces?.some(({ type }) => type === 'user') === true
    const known = { v1: hostOf(name, 1), v2: hostOf(name, 2), ...users }
    for (const [kind, host] of Object.entries(known))
      for (const [at, asked] of requests.entries()) {
        if (host === undefined || (host.euid !== 0 && !isUser)) continue // only the parent may do this
        if ((kind === 'rootless' || kind === 'nested') && limited(name)) continue // limits need a cgroup
        const steps = planCreate(checked.spec, host, { ...request, ...asked }, text)
        yield { name: `${name} on ${kind}, request ${at}`, text, steps }
      }
  }
}

const law = (what: string, holds: (steps: readonly Step[], name: string, text: string) => void) =>
  test(`in every plan of every bundle, ${what}`, () => {
    for (const { name, text, steps } of plans()) holds(steps, name, text)
  })

law('steps come from fields of the config', (steps, name, text) => {
  for (const { op, pointer } of steps) {
    let value: unknown = JSON.parse(text)
    for (const key of pointer === '' ? [] : pointer.slice(1).split('/')) {
      value = (value as Record<string, unknown> | undefined)?.[key.replaceAll('~1', '/').replaceAll('~0', '~')]
    }
    assert.is.not(value, undefined, `${name}: ${op} from ${pointer}`)
  }
})

law('steps have a permitted actor and their arguments, and can be encoded', (steps, name) => {
  for (const step of steps) {
    const row: StepRow = stepTable[step.op]
    assert.ok(row.actors.includes(step.actor), `${name}: ${step.op} by ${step.actor}`)
    assert.equal(
      Object.keys(step).sort(),
      ['op', 'actor', 'pointer', ...Object.keys(row.args)].sort(),
      `${name}: ${step.op}`,
    )
  }
  assert.ok(encode(steps).length > 24)
})

law('each slot is filled once before it is used, and is used', (steps, name) => {
  const made = new Set<number>()
  const used = new Set<number>()
  for (const step of steps) {
    if (step.op === 'source' || step.op === 'device_source' || step.op === 'source_in_root') {
      assert.not(made.has(step.slot), name)
      made.add(step.slot)
    } else if ('slot' in step) {
      assert.ok(made.has(step.slot), `${name}: ${step.op} of slot ${step.slot}`)
      if (step.op === 'bind' || step.op === 'device_bind')
        assert.not(used.has(step.slot), `${name}: slot ${step.slot} twice`)
      if (step.op !== 'idmap_source') used.add(step.slot)
    }
  }
  assert.equal(used, made, name)
})

law('host paths come only before the root', (steps, name) => {
  const root = steps.findIndex(({ op }) => op === 'root' || op === 'joined_root')
  for (const step of steps.slice(root))
    assert.not(['source', 'device_source', 'rootfs', 'nsfd', 'idmap_source'].includes(step.op), name)
})

// It counts the init, which must have forked.
const isPidsLimit = (step: Step) => step.op === 'write' && step.path.endsWith('/pids.max')

// A group of resctrl is joined, too.
const isCgroupJoin = (step: Step) => step.op === 'join' && step.dirs.every((dir) => dir.startsWith('/sys/fs/cgroup/'))

law('the order is correct', (steps, name) => {
  const order = [
    ['claim', 'record', 'undo_hook', 'cgroup', 'write', 'join', 'root', 'mount', 'hook'],
    ['root', 'device', 'hook'], // immediately after the last mount at their path or above, so perhaps before all other mounts
    ['record', 'spawn', 'rootfs', 'source', 'root'],
    ['undo_hook', 'uncover', 'spawn', 'undumpable', 'fork', 'setsid', 'propagation', 'root', 'pivot'],
    ['join', 'fork'],
    ['pivot', 'hostname', 'sysctl', 'readonly', 'mask', 'bounding', 'user', 'wait', 'exec'],
    ['user', 'capabilities', 'exec'], // with seccomp and without no_new_privs after `wait`
    ['wait', 'clean', 'seccomp', 'exec'],
    ['spawn', 'oom_score', 'nsfd', 'undumpable'],
    ['device', 'mkdir', 'pivot'],
    ['wait', 'clean', 'exec', 'reap', 'unwind'],
  ] as const
  for (const ops of order) {
    let last = -1
    for (const op of ops) {
      const first = steps.findIndex(
        (step) => step.op === op && !isPidsLimit(step) && (op !== 'join' || isCgroupJoin(step)),
      )
      if (first < 0) continue
      assert.ok(first > last, `${name}: ${op} is at ${first}`)
      last = first
    }
  }
})

law(
  'a new cgroup namespace has its root in the cgroup, and no process joins the cgroup before its limits are written',
  (steps, name) => {
    const isCgroup = (step: Step) => step.op === 'unshare' && (step.flags & 0x02000000) !== 0
    const [join, unshare] = [steps.findIndex(isCgroupJoin), steps.findIndex(isCgroup)]
    if (unshare >= 0) assert.ok(unshare > join, name)
    const limits = (step: Step) => (step.op === 'write' && !isPidsLimit(step)) || step.op === 'cpuset'
    if (join >= 0 && steps.some(limits))
      assert.ok(join > steps.length - 1 - [...steps].reverse().findIndex(limits), name)
  },
)

law('intent and state.json are JSON after their placeholders are replaced', (steps, name) => {
  const fill = (text: string) =>
    text
      .replaceAll('\0i', 'web')
      .replaceAll('\0t', '2026-11-22T00:00:00Z')
      .replaceAll('\0b', '')
      .replaceAll(/\0[pmsnco]/g, '7')
  const records = only(steps, 'record')
  assert.equal(
    records.map((record) => record.name),
    ['intent', 'config.json', 'state.json'],
    name,
  )
  const [intent, config, state] = records.map(({ content }) => JSON.parse(fill(content)))
  assert.is(intent.id, 'web')
  assert.equal(intent.runtime?.pid ?? 7, 7)
  assert.ok(config.ociVersion)
  assert.is(state.pid, 7)
  for (const [index, op, pointer] of (state as State).last)
    assert.equal([steps[index]?.op, steps[index]?.pointer], [op, pointer])
  const made = only(steps, 'cgroup').flatMap(({ dirs }) => dirs.map(fill))
  assert.equal([...state.cgroups].sort(), made.sort())
  for (const { dirs, at } of only(steps, 'cgroup'))
    for (const [i, dir] of dirs.entries()) assert.is(state.cgroups[at[i] ?? -1], fill(dir), name)
})

law('the process is created once and ends in one way', (steps, name) => {
  single(steps, 'spawn')
  single(steps, 'exec')
  assert.is(only(steps, 'fork').length > 0, single(steps, 'spawn').flags === 0 && name.length > 0 && forks(steps), name)
})

// A pid namespace that the clone does not make, or a time namespace.
function forks(steps: readonly Step[]): boolean {
  const flags = [...only(steps, 'unshare').map((step) => step.flags), ...only(steps, 'setns').map((step) => step.type)]
  return (
    flags.some((each) => (each & 0x20000000) !== 0) || only(steps, 'unshare').some(({ flags }) => (flags & 0x80) !== 0)
  )
}

test.run()
