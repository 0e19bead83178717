import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { json } from '../../../../src/cgroup/stats/stats.ts'
import { pressed, told } from './files.ts'

// The files as Linux 6.18 writes them.

const cpu = {
  'cpu.shares': '1024\n',
  'cpu.stat': 'nr_periods 14\nnr_throttled 3\nthrottled_time 250000000\nnr_bursts 0\nburst_time 0\n',
}
const cpuacct = {
  'cpuacct.usage': '81708973\n',
  'cpuacct.stat': 'user 1\nsystem 6\n',
  'cpuacct.usage_percpu': '81708000 973 \n',
  'cpuacct.usage_all': 'cpu user system\n0 12000000 68000000\n1 0 973\n',
}

test('cpu and cpuacct, mounted together or not', () => {
  const usage = {
    total: 81708973n,
    percpu: [81708000n, 973n],
    percpu_kernel: [68000000n, 973n],
    percpu_user: [12000000n, 0n],
    kernel: 60000000n,
    user: 10000000n,
  }
  const throttling = { periods: 14n, throttledPeriods: 3n, throttledTime: 250000000n }
  assert.equal(told(cpu, cpuacct).cpu, { usage, throttling })
  assert.equal(told({ ...cpu, ...cpuacct }).cpu, { usage, throttling })
  assert.equal(told({ ...cpuacct, 'cpuacct.usage': '0\n', 'cpuacct.usage_all': '' }).cpu.usage, {
    total: undefined,
    percpu: [81708000n, 973n],
    percpu_kernel: undefined,
    percpu_user: undefined,
    kernel: 60000000n,
    user: 10000000n,
  })
})

test('cpuset', () => {
  const files = {
    'cpuset.cpus': '0-2,5\n',
    'cpuset.mems': '0\n',
    'cpuset.cpu_exclusive': '1\n',
    'cpuset.sched_load_balance': '1\n',
    'cpuset.sched_relax_domain_level': '-1\n',
  }
  const { cpuset } = told(files)
  assert.equal([cpuset.cpus, cpuset.mems], [[0, 1, 2, 5], [0]])
  assert.equal([cpuset.cpu_exclusive, cpuset.sched_load_balance, cpuset.mem_hardwall], [1n, 1n, 0n])
  assert.is(cpuset.sched_relax_domain_level, -1n)
})

test('memory, with every digit', () => {
  const entry = (name: string, [usage, max, failcnt, limit]: readonly string[]) => ({
    [`${name}.usage_in_bytes`]: `${usage}\n`,
    [`${name}.max_usage_in_bytes`]: `${max}\n`,
    [`${name}.failcnt`]: `${failcnt}\n`,
    [`${name}.limit_in_bytes`]: `${limit}\n`,
  })
  const { memory } = told({
    ...entry('memory', ['323584', '3350528', '12', '67108864']),
    ...entry('memory.memsw', ['323585', '3350529', '0', '9223372036854771712']),
    ...entry('memory.kmem', ['258048', '557056', '0', '9223372036854771712']),
    ...entry('memory.kmem.tcp', ['0', '0', '0', '9223372036854771712']),
    'memory.stat': 'cache 12288\nrss 53248\nactive_file 1\ntotal_cache 12288\n',
  })
  assert.equal(memory.usage, { limit: 67108864n, usage: 323584n, max: 3350528n, failcnt: 12n })
  assert.equal(memory.swap, { limit: 9223372036854771712n, usage: 323585n, max: 3350529n, failcnt: 0n })
  assert.equal(memory.kernel.usage, 258048n)
  assert.is(json(memory.kernelTCP), '{"limit":9223372036854771712,"failcnt":0}')
  assert.is(json(memory.raw), '{"active_file":1,"cache":12288,"rss":53248,"total_cache":12288}')
  assert.is(memory.cache, 12288n)
})

test('pids: a missing limit is left out', () => {
  assert.equal(told({ 'pids.current': '3\n', 'pids.max': '20\n' }).pids, { current: 3n, limit: 20n })
  assert.is(json(told({ 'pids.current': '3\n', 'pids.max': 'max\n' }).pids), '{"current":3}')
})

const throttled = {
  'blkio.reset_stats': '',
  'blkio.throttle.io_service_bytes_recursive':
    '8:0 Read 4096\n8:0 Write 0\n8:0 Sync 4096\n8:0 Async 0\n8:0 Discard 0\n8:0 Total 4096\nTotal 4096\n',
  'blkio.throttle.io_serviced_recursive': '8:0 Read 1\n8:0 Total 1\nTotal 1\n',
}

test('blkio: of the scheduler with data', () => {
  const { blkio } = told(throttled)
  assert.is(
    json(blkio.ioServiceBytesRecursive),
    `[${['Read","value":4096', 'Write"', 'Sync","value":4096', 'Async"', 'Discard"', 'Total","value":4096'].map((words) => `{"major":8,"op":"${words}}`).join(',')}]`,
  )
  assert.is(json(blkio.ioServicedRecursive), '[{"major":8,"op":"Read","value":1},{"major":8,"op":"Total","value":1}]')
  const bfq = { 'blkio.bfq.io_serviced_recursive': '8:16 Read 7\nTotal 7\n', 'blkio.bfq.time_recursive': '8:16 70\n' }
  assert.equal(
    json(told({ ...throttled, ...bfq }).blkio),
    json({
      ioServicedRecursive: [{ major: 8n, minor: 16n, op: 'Read', value: 7n }],
      ioTimeRecursive: [{ major: 8n, minor: 16n, value: 70n }],
    }),
  )
  assert.equal(told({ ...throttled, 'blkio.bfq.io_serviced_recursive': 'Total 0\n' }).blkio, blkio)
  assert.is(json(told({ 'blkio.reset_stats': '' }).blkio), '{}')
})

test('hugetlb: reserved pages, if they are counted', () => {
  const used = {
    'hugetlb.2MB.limit_in_bytes': '4194304\n',
    'hugetlb.2MB.usage_in_bytes': '0\n',
    'hugetlb.2MB.max_usage_in_bytes': '0\n',
    'hugetlb.2MB.failcnt': '0\n',
    'hugetlb.1GB.limit_in_bytes': '1\n',
  }
  const reserved = {
    'hugetlb.2MB.rsvd.limit_in_bytes': '4194304\n',
    'hugetlb.2MB.rsvd.usage_in_bytes': '2097152\n',
    'hugetlb.2MB.rsvd.max_usage_in_bytes': '4194304\n',
    'hugetlb.2MB.rsvd.failcnt': '2\n',
  }
  assert.is(json(told(used).hugetlb), '{"1GB":{"failcnt":0},"2MB":{"failcnt":0}}')
  assert.is(
    json(told({ ...used, ...reserved }).hugetlb),
    '{"1GB":{"failcnt":0},"2MB":{"usage":2097152,"max":4194304,"failcnt":2}}',
  )
})

test('rdma, if there is any', () => {
  const files = {
    'rdma.max': 'mlx5_0 hca_handle=2 hca_object=max\n',
    'rdma.current': 'mlx5_0 hca_handle=1 hca_object=20\n',
  }
  assert.is(
    json(told(files).rdma),
    '{"limit":[{"device":"mlx5_0","hca_handles":2,"hca_objects":18446744073709551615}],"current":[{"device":"mlx5_0","hca_handles":1,"hca_objects":20}]}',
  )
  assert.not(json(told({ 'rdma.max': '', 'rdma.current': '' })).includes('rdma'))
})

test('next to v2: its pressure, and what v1 does not have', () => {
  const v2 = {
    'cgroup.controllers': 'hugetlb\n',
    'cpu.stat': 'usage_usec 9\nuser_usec 5\nsystem_usec 4\nnice_usec 0\n',
    'cpu.pressure': pressed(3, 0),
    'hugetlb.2MB.max': 'max\n',
    'hugetlb.2MB.current': '2097152\n',
  }
  const { cpu: told_, hugetlb } = told(cpu, cpuacct, v2)
  assert.is(told_.usage.total, 81708973n)
  assert.is(told_.throttling.periods, 14n)
  assert.is(told_.psi?.some.avg10, 3.5)
  assert.is(json(hugetlb), '{"2MB":{"usage":2097152,"failcnt":0}}')
  assert.is(told(v2).cpu.usage.total, 9000n)
})

test.run()
