import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { SpecFailure } from '../../../src/failure.ts'
import { type CheckpointAsked, checkpointSteps, type Dumped } from '../../../src/plan/checkpoint.ts'
import type { CriuAsked } from '../../../src/plan/criu_request.ts'
import { planRestore } from '../../../src/plan/restore.ts'
import type { State } from '../../../src/plan/state.ts'
import type { Mount } from '../../../src/spec/mounts.ts'
import type { Spec } from '../../../src/spec/spec.ts'
import { fieldsOf, optionsIn } from '../../fixtures/criu_message.ts'
import { request, v1Host, v2Host } from '../../fixtures/hosts.ts'
import { lines, minimal, only, single } from '../../fixtures/plans.ts'

// The numbers are those of criu_opts in images/rpc.proto of CRIU.

const asked: CriuAsked = {
  images: '/images',
  work: undefined,
  tcpEstablished: false,
  extUnixSk: false,
  shellJob: false,
  fileLocks: false,
  autoDedup: false,
  linkRemap: false,
  cgroupsMode: undefined,
}
const plain: CheckpointAsked = {
  ...asked,
  preDump: false,
  leaveRunning: false,
  tcpSkipInFlight: false,
  parent: undefined,
}

const state = {
  created: 'now',
  pid: 42,
  rootfs: '/bundle/rootfs',
  namespaces: ['pid', 'mount', 'cgroup'],
  cgroups: ['/sys/fs/cgroup/web'],
  inodes: [17],
  freezer: '/sys/fs/cgroup/web',
} as unknown as State

const seen: Dumped = {
  has: () => false,
  isFolder: () => false,
  resolved: (path) => path,
  follows: () => false,
  hasV1: false,
  inode: () => '99',
  descriptors: ['pipe:[5]', 'file[1a:3]', 'file[1a:3]'],
}

const linux = { namespaces: [{ type: 'pid' }, { type: 'mount' }, { type: 'cgroup' }] } as const
const usual: Spec = { ...minimal, linux: { ...linux, namespaces: [...linux.namespaces] } }

function dumpOf(changes: Partial<Spec> = {}, more: Partial<CheckpointAsked> = {}, at: Partial<Dumped> = {}) {
  const steps = [
    ...checkpointSteps(state, { ...plain, ...more }, { spec: { ...usual, ...changes }, seen: { ...seen, ...at } }),
  ]
  return { steps, criu: single(steps, 'criu'), ...optionsIn(single(steps, 'criu_ask').request) }
}

test('a dump: what CRIU is told of every container', () => {
  const { steps, criu, type, options } = dumpOf()
  assert.equal(lines(steps), ['lock: the state folder', 'criu: swrk', 'criu_ask: dump'])
  assert.is(type, 1)
  assert.equal(options, {
    1: [4],
    2: [42],
    9: [4],
    10: ['dump.log'],
    12: [1],
    13: ['/bundle/rootfs'],
    24: [1],
    37: ['file[1a:3]'],
    38: [0x40000000], // a network comes back empty, as with runc
    44: ['/sys/fs/cgroup/web'],
    50: [1],
    51: ['/etc/criu/runc.conf'],
  })
  assert.equal([criu.folders, criu.root, criu.record], [['/images'], '', '["pipe:[5]","file[1a:3]","file[1a:3]"]\n'])
  assert.is(single(steps, 'criu_ask').dump, true)
  assert.equal(fieldsOf(single(steps, 'criu_ask').answer), [
    [1, 6],
    [3, 1],
  ])
})

test('each flag is its field', () => {
  const flags = {
    work: '/work',
    tcpEstablished: true,
    extUnixSk: true,
    shellJob: true,
    fileLocks: true,
    autoDedup: true,
    linkRemap: true,
    cgroupsMode: 'ignore',
    leaveRunning: true,
    tcpSkipInFlight: true,
    parent: '../first',
  } as const
  const { criu, options } = dumpOf({}, flags)
  const numbers = {
    3: 1,
    4: 1,
    5: 1,
    7: 1,
    8: 1,
    14: '../first',
    15: 1,
    16: 1,
    17: 5,
    18: 1,
    34: 0,
    38: 0x40000000,
    46: 1,
  }
  for (const [number, value] of Object.entries(numbers)) assert.equal(options[Number(number)], [value], number)
  assert.equal(criu.folders, ['/images', '/work'])
})

test('a pre-dump is of the memory: it names no mounts and leaves no record', () => {
  const mounts: Mount[] = [{ destination: '/data', type: 'bind', source: '/src', options: ['rbind'] }]
  const { type, options, criu } = dumpOf({ mounts }, { preDump: true })
  assert.equal([type, options[15], options[23], criu.record], [4, [1], undefined, ''])
})

test('binds, masks of files and devices that are mounted come from outside', () => {
  const mounts: Mount[] = [
    { destination: '/data', type: 'bind', source: '/src', options: ['rbind'] },
    { destination: '/proc', type: 'proc', source: 'proc' },
  ]
  const spec = { mounts, linux: { ...usual.linux, maskedPaths: ['/proc/keys', '/proc/acpi', '/proc/none'] } }
  const { options } = dumpOf(
    spec,
    {},
    {
      has: (path) => path !== '/proc/none' && (!path.startsWith('/dev/') || path === '/dev/zero'),
      isFolder: (path) => path === '/proc/acpi',
      resolved: (path) => `/real${path}`,
      follows: (path) => path === '/real/data',
    },
  )
  assert.equal(options[23], [
    ['/real/data', '/data'],
    ['/proc/keys', '/dev/null'],
    ['/dev/zero', '/dev/zero'],
  ])
  assert.equal(options[30], [1])
})

test('networks and pids of others are named by their inode', () => {
  const namespaces = [
    { type: 'mount' },
    { type: 'network', path: '/run/netns/a' },
    { type: 'ipc', path: '/i' },
  ] as const
  const spec: Spec = { ...usual, linux: { namespaces: [...namespaces] } }
  const from: State = { ...state, namespaces: ['mount', 'network', 'ipc'] }
  const ask = single([...checkpointSteps(from, plain, { spec, seen })], 'criu_ask')
  assert.equal(optionsIn(ask.request).options[37], ['net[99]:extRootNetNS', 'file[1a:3]'])
})

test('the annotation names another file of options, or none', () => {
  for (const [value, told] of [
    ['/my.conf', ['/my.conf']],
    ['', undefined],
  ] as const)
    assert.equal(dumpOf({ annotations: { 'org.criu.config': value } }).options[51], told)
})

test('what could not be restored is refused before it is dumped', () => {
  const refusals: readonly (readonly [changes: Partial<Spec>, at: Partial<Dumped>, pointer: string])[] = [
    [{ linux: { namespaces: [{ type: 'pid' }] } }, {}, '/linux/namespaces'],
    [{ linux: { namespaces: [{ type: 'mount', path: '/m' }] } }, {}, '/linux/namespaces'],
    [{ mounts: [{ destination: '/d', source: '/s', type: 'bind', options: ['bind', 'idmap'] }] }, {}, '/mounts/0'],
  ]
  for (const [changes, at, pointer] of refusals)
    assert.throws(
      () => dumpOf(changes, {}, at),
      (failure: unknown) => failure instanceof SpecFailure && failure.faults[0]?.pointer === pointer,
    )
  const from: State = { ...state, namespaces: ['mount'] }
  assert.throws(
    () => [...checkpointSteps(from, plain, { spec: usual, seen: { ...seen, hasV1: true } })],
    /needs a cgroup namespace/,
  )
})

const back = { ...asked, id: 'web', place: '/run/ocits/web', descriptors: ['pipe:[5]', 'file[1a:3]', 'file[1a:3]'] }
const labels = { lsmProfile: undefined, lsmMountContext: undefined }

function restoreOf(changes: Partial<Spec> = {}, more: Partial<typeof back> = {}, host = v1Host) {
  const whole = { ...request, mode: 'run', detach: true, pidFile: '/pid' } as const
  const steps = planRestore({ spec: { ...usual, ...changes }, text: '{}' }, host, {
    request: whole,
    asked: { ...back, ...labels, ...more },
  })
  const [ask] = only(steps, 'criu_ask')
  return { steps, criu: single(steps, 'criu'), ask, ...optionsIn(ask?.request ?? new Uint8Array()) }
}

test('a restore: the record and the cgroups are those of create, and CRIU comes between', () => {
  const { steps, criu, ask, type, options } = restoreOf({ process: { cwd: '/', args: ['/probe'] } })
  const ops = steps.map(({ op }) => op).filter((op, i, all) => op !== all[i - 1])
  assert.equal(ops, ['claim', 'record', 'cgroup', 'cpuset', 'write', 'criu', 'criu_ask', 'record', 'pidfile'])
  assert.equal(
    [criu.root, criu.place, criu.folders, criu.inherit],
    ['/bundle/rootfs', '/run/ocits/web', ['/images'], []],
  )
  assert.is(ask?.join.length, v1Host.v1.length)
  assert.is(type, 2)
  assert.equal([options[10], options[13], options[26], options[6]], [['restore.log'], ['/run/ocits/web'], [1], [1]])
  assert.equal(options[27], [
    ['pipe:[5]', 0],
    ['file[1a:3]', 1],
  ])
  assert.equal(options[25]?.slice(0, 2), [
    ['cpu', '/web'],
    ['cpuacct', '/web'],
  ])
  const last = only(steps, 'record').at(-1)
  assert.is(last?.name, 'state.json')
})

test('on cgroup v2 CRIU is born in the cgroup', () => {
  const { criu, ask, options } = restoreOf({}, {}, v2Host)
  assert.equal([criu.into, ask?.join], ['/sys/fs/cgroup/user.slice/\0i', []])
  assert.equal(options[25], [['', '/user.slice/web']])
})

test('what a checkpoint has named is where the config says', () => {
  const mounts: Mount[] = [{ destination: '/data', type: 'bind', source: 'src', options: ['rbind'] }]
  const namespaces = [
    { type: 'mount' },
    { type: 'network', path: '/run/netns/a' },
    { type: 'ipc', path: '/i' },
  ] as const
  const { criu, options } = restoreOf({ mounts, linux: { namespaces: [...namespaces], maskedPaths: ['/proc/keys'] } }, {
    work: '/work',
  } as object)
  assert.equal(options[23]?.slice(0, 2), [
    ['/data', '/bundle/src'],
    ['/dev/null', '/dev/null'],
  ])
  assert.equal(options[39], [['ipc', '/i']])
  assert.equal(criu.inherit, ['/run/netns/a'])
  assert.equal(options[27]?.at(-1), ['extRootNetNS', 6])
})

test('hooks run when the namespaces are there', () => {
  const hooks = { prestart: [{ path: '/a' }], createRuntime: [{ path: '/b' }], poststop: [{ path: '/c' }] }
  const { steps } = restoreOf({ hooks })
  assert.equal(lines(steps, 'criu_ask', 'hook', 'undo_hook'), [
    'undo_hook: poststop /c /c once the container is gone',
    'criu_ask: restore',
    'hook: prestart /a /a',
    'hook: createRuntime /b /b',
    'criu_ask: go on',
  ])
  const [first, second] = only(steps, 'criu_ask')
  assert.equal([first?.until, second?.until], ['setup-namespaces', ''])
})

test.run()
