import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Linux } from '../../../src/spec/linux.ts'
import type { Process } from '../../../src/spec/process.ts'
import { rootlessHost, v1Host, v2Host } from '../../fixtures/hosts.ts'
import { type Asked, lines, planOf } from '../../fixtures/plans.ts'

const ops = ['affinity', 'scheduler', 'io_priority', 'personality', 'memory_policy', 'user', 'prlimit'] as const
const maps = {
  uidMappings: [{ containerID: 0, hostID: 5, size: 1 }],
  gidMappings: [{ containerID: 0, hostID: 5, size: 1 }],
}
const process: Process = {
  cwd: '/',
  args: ['/probe'],
  scheduler: { policy: 'SCHED_OTHER', nice: -20 },
  ioPriority: { class: 'IOPRIO_CLASS_IDLE' },
}
const linux: Linux = {
  personality: { domain: 'LINUX' },
  memoryPolicy: { mode: 'MPOL_PREFERRED_MANY', nodes: '1023,0', flags: ['MPOL_F_STATIC_NODES'] },
}
const who = 'user: 0:0 groups none'
const actors = (asked: Linux, more: Asked) =>
  planOf({ process, linux: asked }, more)
    .filter(({ op }) => op === 'scheduler' || op === 'io_priority')
    .map(({ actor }) => actor)

test('all of it comes before the rights are dropped, the CPUs before the scheduler', () => {
  assert.equal(lines(planOf({ process, linux }), ...ops), [
    'affinity: every CPU of its cgroup',
    'scheduler: SCHED_OTHER nice -20',
    'io_priority: IOPRIO_CLASS_IDLE 0',
    'personality: LINUX',
    'memory_policy: MPOL_PREFERRED_MANY nodes 0,1023 MPOL_F_STATIC_NODES',
    who,
  ])
})

test('with a user namespace by the parent, if that is the host’s root', () => {
  const own: Linux = { ...maps, namespaces: [{ type: 'user' }] }
  assert.equal(actors({}, {}), ['init', 'init'])
  assert.equal(actors(own, {}), ['parent', 'parent'])
  assert.equal(actors({ namespaces: [{ type: 'user', path: '/u' }] }, {}), ['parent', 'parent'])
  assert.equal(actors(own, { host: rootlessHost }), ['init', 'init'])
})

test('missing fields change nothing', () => {
  assert.equal(lines(planOf({ linux: { memoryPolicy: { flags: [] }, personality: {} } }), ...ops).slice(1), [who])
})

test('a process that joins no cgroup keeps the CPUs of the caller', () => {
  const counts = [v1Host, v2Host, { ...v2Host, v2: undefined }].map(
    (host) => lines(planOf({}, { host }), 'affinity').length,
  )
  assert.equal(counts, [1, 1, 0])
})

test.run()
