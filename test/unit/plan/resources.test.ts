import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { SpecFailure } from '../../../src/failure.ts'
import type { Host } from '../../../src/plan/host.ts'
import { planCreate } from '../../../src/plan/plan.ts'
import type { Resources } from '../../../src/spec/resources.ts'
import { line } from '../../../src/step/line.ts'
import { nestedHost, request, v1Host, v2Host } from '../../fixtures/hosts.ts'

const resources: Resources = { memory: { limit: 4096 }, cpu: { shares: 1024 }, pids: { limit: 3 } }

function steps(host: Host, asked: Resources, cgroupsPath = '/a/b') {
  const namespaces = [{ type: 'mount' as const }]
  const process = { args: ['/probe'], cwd: '/' }
  const linux = { namespaces, cgroupsPath, resources: asked }
  return planCreate({ ociVersion: '1.3.0', root: { path: 'rootfs' }, process, linux }, host, request, '{}')
}

const limits = (host: Host, asked: Resources, cgroupsPath?: string) =>
  steps(host, asked, cgroupsPath)
    .filter(({ op, pointer }) => op === 'enable' || (op.startsWith('write') && pointer !== ''))
    .map((step) => `${step.pointer.slice('/linux/resources'.length)} ${step.op} ${line(step)}`)

const refused = (host: Host, asked: Resources): readonly string[] => {
  try {
    steps(host, asked)
  } catch (error) {
    if (error instanceof SpecFailure) return error.faults.map(({ pointer, message }) => `${pointer} ${message}`)
    throw error
  }
  return []
}

test('on v1, each limit goes to the hierarchy of its controller', () => {
  assert.equal(limits(v1Host, resources), [
    '/cpu/shares write 1024 to /sys/fs/cgroup/cpu,cpuacct/a/b/cpu.shares',
    '/memory/limit write 4096 to /sys/fs/cgroup/memory/a/b/memory.limit_in_bytes',
    '/pids/limit write 3 to /sys/fs/cgroup/pids/a/b/pids.max',
  ])
})

test('on v2, all go to one folder, and the controllers are enabled from the top', () => {
  assert.equal(limits(v2Host, resources), [
    ' enable cpu memory pids cpuset io hugetlb rdma below /sys/fs/{cgroup,cgroup/a}',
    '/cpu/shares write 100 to /sys/fs/cgroup/a/b/cpu.weight',
    '/memory/limit write 4096 to /sys/fs/cgroup/a/b/memory.max',
    '/pids/limit write 3 to /sys/fs/cgroup/a/b/pids.max',
  ])
  assert.equal(limits(v2Host, { blockIO: { weight: 100 } }, '/a'), [
    ' enable io cpuset cpu memory hugetlb pids rdma below /sys/fs/cgroup',
    '/blockIO/weight write_either 100 to /sys/fs/cgroup/a/io.bfq.weight, where it is missing 910 to /sys/fs/cgroup/a/io.weight',
  ])
})

test('a controller on v2 next to v1 hierarchies is written there', () => {
  const v1 = v1Host.v1.filter(({ controllers }) => !controllers.includes('memory'))
  const v2 = { mount: '/sys/fs/cgroup/unified', controllers: ['memory'], own: '/x/y' }
  assert.equal(limits({ ...v1Host, v1, v2 }, resources, 'c'), [
    ' enable memory below /sys/fs/cgroup/{unified,unified/x}',
    '/cpu/shares write 1024 to /sys/fs/cgroup/cpu,cpuacct/c/cpu.shares',
    '/memory/limit write 4096 to /sys/fs/cgroup/unified/x/c/memory.max',
    '/pids/limit write 3 to /sys/fs/cgroup/pids/c/pids.max',
  ])
})

test('the limits are written before a process joins, except that of pids: it follows the last fork of the init', () => {
  for (const host of [v1Host, v2Host]) {
    const plan = steps(host, resources)
    const index = (what: string) => plan.findIndex(({ op, pointer }) => op === what || pointer.endsWith(what))
    assert.ok(
      index('cgroup') < index('/memory/limit') && index('/memory/limit') < index(host === v1Host ? 'join' : 'spawn'),
    )
    const after = plan.slice(index('/pids/limit') + 1)
    assert.ok(index('/pids/limit') > index('spawn'))
    assert.equal(
      after.map(({ op }) => op).filter((op) => op === 'fork' || op === 'unshare' || op === 'user'),
      [],
    )
  }
})

test('without limits the controllers are enabled, too, for their counters', () => {
  assert.equal(limits(v2Host, {}, '/a'), [' enable cpuset cpu io memory hugetlb pids rdma below /sys/fs/cgroup'])
  assert.equal(limits(v1Host, {}), [])
})

test('without privilege a limit is refused, and a value without effect is not', () => {
  const message =
    'without privilege there is no cgroup to limit: leave it out, run as root, or where a cgroup is delegated'
  assert.equal(refused(nestedHost, { ...resources, hugepageLimits: [{ pageSize: '2MB', limit: 0 }] }), [
    `/linux/resources/cpu/shares ${message}`,
    `/linux/resources/memory/limit ${message}`,
    `/linux/resources/pids/limit ${message}`,
    `/linux/resources/hugepageLimits/0 ${message}`,
  ])
  assert.equal(
    refused(nestedHost, { pids: { limit: -1 }, memory: { limit: -1 }, devices: [{ allow: false, access: 'rwm' }] }),
    [],
  )
})

test('all impossible limits are reported at once', () => {
  assert.equal(refused(v1Host, { rdma: { a: { hcaHandles: 1 } }, unified: { 'memory.high': '1' } }), [
    '/linux/resources/rdma/a the cgroup controller rdma is not available: is its hierarchy mounted?',
    '/linux/resources/unified/memory.high cannot set unified on cgroup v1',
  ])
})

test.run()
