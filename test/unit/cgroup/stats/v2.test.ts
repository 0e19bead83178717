import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { json } from '../../../../src/cgroup/stats/stats.ts'
import { pressed, told } from './files.ts'

// The files as Linux 6.18 writes them.

const unified = { 'cgroup.controllers': 'cpuset cpu io memory hugetlb pids rdma\n' }

test('cpu: nanoseconds, and throttling where the controller is on', () => {
  const times = 'usage_usec 1500\nuser_usec 1000\nsystem_usec 500\nnice_usec 0\ncore_sched.force_idle_usec 0\n'
  const throttled = 'nr_periods 10\nnr_throttled 2\nthrottled_usec 77\nnr_bursts 0\nburst_usec 0\n'
  assert.is(
    json(told({ ...unified, 'cpu.stat': times }).cpu),
    '{"usage":{"total":1500000,"kernel":500000,"user":1000000},"throttling":{}}',
  )
  assert.is(
    json(told({ ...unified, 'cpu.stat': times + throttled, 'cpu.pressure': pressed(2, 1) }).cpu),
    '{"usage":{"total":1500000,"kernel":500000,"user":1000000},"throttling":{"periods":10,"throttledPeriods":2,"throttledTime":77000},' +
      '"psi":{"some":{"avg10":2.5,"avg60":1,"avg300":0.07,"total":2000000},"full":{"avg10":1,"avg60":0,"avg300":0,"total":1}}}',
  )
})

test('memory: peak, pressure, and swap together with memory as v1 counts it', () => {
  const files = {
    ...unified,
    'memory.current': '4096000\n',
    'memory.max': '67108864\n',
    'memory.peak': '5000000\n',
    'memory.swap.current': '1000\n',
    'memory.swap.max': '33554432\n',
    'memory.swap.peak': '2000\n',
    'memory.events': 'low 0\nhigh 0\nmax 5\noom 1\noom_kill 1\noom_group_kill 0\n',
    'memory.stat': 'anon 1000\nfile 3000\nkernel 96\n',
    'memory.pressure': pressed(1, 0),
  }
  const { memory } = told(files)
  assert.is(json(memory.usage), '{"limit":67108864,"usage":4096000,"max":5000000,"failcnt":5}')
  assert.is(json(memory.swap), '{"limit":100663296,"usage":4097000,"failcnt":0}')
  assert.is(json(memory.raw), '{"anon":1000,"file":3000,"kernel":96}')
  assert.equal([memory.cache, memory.psi?.some.total], [3000n, 1000000n])
  const unlimited = told({ ...files, 'memory.max': 'max\n', 'memory.swap.max': 'max\n' }).memory
  assert.is(json([unlimited.usage.limit, unlimited.swap.limit]), '[18446744073709551615,18446744073709551615]')
  const { 'memory.swap.current': _, 'memory.peak': __, ...older } = files
  assert.is(json(told(older).memory.swap), '{"limit":0,"failcnt":0}')
  assert.is(told(older).memory.usage.max, undefined)
})

test('io: in the tables of v1, with the cost model, and its pressure', () => {
  const files = {
    ...unified,
    'io.stat':
      '254:1 rbytes=6901432320 wbytes=0 rios=263278 wios=248603 dbytes=0 dios=0 cost.usage=15 cost.wait=14 cost.indebt=0 cost.indelay=0\n254:0\n',
    'io.pressure': pressed(4, 4),
  }
  const { blkio } = told(files)
  assert.is(
    json(blkio.ioServiceBytesRecursive),
    '[{"major":254,"minor":1,"op":"Read","value":6901432320},{"major":254,"minor":1,"op":"Write"}]',
  )
  assert.is(
    json(blkio.ioServicedRecursive),
    '[{"major":254,"minor":1,"op":"Read","value":263278},{"major":254,"minor":1,"op":"Write","value":248603}]',
  )
  assert.is(json(blkio.ioCostUsage), '[{"major":254,"minor":1,"op":"Count","value":15}]')
  assert.match(json(blkio.psi), '"avg10":4.5')
  assert.equal(Object.keys(blkio).sort(), [
    'ioCostIndebt',
    'ioCostIndelay',
    'ioCostUsage',
    'ioCostWait',
    'ioServiceBytesRecursive',
    'ioServicedRecursive',
    'psi',
  ])
})

test('cpuset, pids, hugetlb', () => {
  const found = told({
    ...unified,
    'cpuset.cpus.effective': '0-1\n',
    'cpuset.mems.effective': '0\n',
    'pids.current': '7\n',
    'pids.max': 'max\n',
    'hugetlb.2MB.max': '4194304\n',
    'hugetlb.2MB.current': '0\n',
    'hugetlb.2MB.rsvd.max': 'max\n',
    'hugetlb.2MB.rsvd.current': '2097152\n',
    'hugetlb.2MB.events': 'max 3\n',
  })
  assert.equal([found.cpuset.cpus, found.cpuset.mems], [[0, 1], [0]])
  assert.is(json([found.pids, found.hugetlb]), '[{"current":7},{"2MB":{"usage":2097152,"failcnt":3}}]')
})

test('missing values are 0 or left out, in the order of runc', () => {
  const zeros =
    '"cpu_exclusive":0,"mem_hardwall":0,"mem_exclusive":0,"memory_migrate":0,"memory_spread_page":0,"memory_spread_slab":0,"memory_pressure":0,"sched_load_balance":0,"sched_relax_domain_level":0'
  const none = '{"limit":0,"failcnt":0}'
  assert.is(
    json(told()),
    `{"cpu":{"usage":{"kernel":0,"user":0},"throttling":{}},"cpuset":{${zeros}},"memory":{"usage":${none},"swap":${none},"kernel":${none},"kernelTCP":${none}},` +
      '"pids":{},"blkio":{},"hugetlb":{},"intel_rdt":{},"network_interfaces":null}',
  )
})

test.run()
