import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { refusals, refused } from '../../../src/spec/refused.ts'
import type { Spec } from '../../../src/spec/spec.ts'
import { docker } from './docker.ts'
import { full } from './full.ts'

const spec = (part: object) => ({ ociVersion: '1.3.0', root: { path: 'rootfs' }, ...part }) as Spec
const pointers = (config: Spec) => [...refused(config)].map(({ pointer }) => pointer)

test('a config that asks for every field is refused for each that is not done', () => {
  // In the full config swappiness is not 0: its own line is for 0 alone.
  const fields = refusals.map(({ field }) => field).filter((field) => !field.endsWith('/swappiness'))
  assert.equal(pointers(full as Spec), fields)
  for (const { message } of refused(full as Spec)) assert.ok(message.endsWith('not supported yet'), message)
})

test('a config of docker without seccomp asks for none of them', () => {
  assert.equal(pointers(docker as Spec), [])
})

test('fields that say nothing are not asked for', () => {
  const process = { cwd: '/', terminal: false, apparmorProfile: '', selinuxLabel: '', execCPUAffinity: {} }
  const resources = {
    memory: { limit: 0, swap: -1, disableOOMKiller: false },
    cpu: { shares: 0, quota: -1, cpus: '' },
    pids: { limit: -1 },
    blockIO: { weight: 0, weightDevice: [] },
    hugepageLimits: [],
    network: { classID: 0, priorities: [] },
    rdma: {},
    unified: {},
  }
  const linux = {
    resources,
    netDevices: {},
    mountLabel: '',
    intelRdt: {},
    memoryPolicy: { flags: [] },
    personality: {},
  }
  assert.equal(pointers(spec({ process, linux })), [])
})

test('what looks like nothing but says something is asked for', () => {
  const resources = { memory: { swappiness: 0 }, hugepageLimits: [{ pageSize: '2MB', limit: 0 }] }
  const linux = { resources, netDevices: { eth0: {} } }
  const fields = ['/linux/resources/memory/swappiness', '/linux/resources/hugepageLimits', '/linux/netDevices']
  assert.equal(pointers(spec({ linux })), fields)
})

test.run()
