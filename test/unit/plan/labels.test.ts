import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Host, Security } from '../../../src/plan/host.ts'
import type { Linux } from '../../../src/spec/linux.ts'
import type { Process } from '../../../src/spec/process.ts'
import type { Spec } from '../../../src/spec/spec.ts'
import { v1Host, v2Host } from '../../fixtures/hosts.ts'
import { lines, planOf } from '../../fixtures/plans.ts'

const ops = ['procfs', 'label', 'keyring', 'sysctl', 'mask', 'chdir', 'bounding', 'user', 'exec'] as const
const selinuxLabel = 'system_u:system_r:container_t:s0:c1,c2'
const both = { apparmorProfile: 'guard', selinuxLabel }
const none: Security = { apparmor: undefined, selinux: false }

const process = (part: Partial<Process>): Process => ({ cwd: '/', args: ['/probe'], ...part })
const on = (security: Security): Host => ({ ...v1Host, security })

test('the keyring is labelled before it is made, the process last before it drops its rights', () => {
  const linux: Linux = { namespaces: [{ type: 'mount' }], maskedPaths: ['/a'] }
  assert.equal(lines(planOf({ process: process(both), linux }), ...ops), [
    'procfs: a private procfs',
    `label: keycreate ${selinuxLabel}`,
    'keyring: session keyring _ses.<id>',
    'mask: /a',
    'chdir: /',
    `label: exec ${selinuxLabel}`,
    'label: apparmor/exec exec guard',
    'bounding: none',
    'user: 0:0 groups none',
    'exec: /probe',
  ])
})

test('each label has its field', () => {
  const found = planOf({ process: process(both) }).filter(({ op }) => op === 'label' || op === 'procfs')
  const fields = ['selinuxLabel', 'selinuxLabel', 'selinuxLabel', 'apparmorProfile'].map((name) => `/process/${name}`)
  assert.equal(
    found.map(({ pointer }) => pointer),
    fields,
  )
})

test('one procfs serves labels and sysctls', () => {
  const linux: Linux = { namespaces: [{ type: 'ipc' }], sysctl: { 'kernel.msgmax': '1' } }
  const found = lines(planOf({ process: process(both), linux }), 'procfs', 'sysctl')
  assert.equal(found, ['procfs: a private procfs', 'sysctl: sys/kernel/msgmax = 1'])
  assert.equal(lines(planOf({ linux }), 'procfs'), ['procfs: a private procfs'])
  assert.equal(lines(planOf({}), 'procfs'), [])
})

test('without a keyring of its own there is nothing to label', () => {
  const plan = planOf({ process: process({ selinuxLabel }) }, { request: { noNewKeyring: true } })
  assert.equal(lines(plan, 'label'), [`label: exec ${selinuxLabel}`])
})

test('an older kernel has one file for all modules', () => {
  const host = on({ apparmor: 'exec', selinux: false })
  assert.equal(lines(planOf({ process: process({ apparmorProfile: 'guard' }) }, { host }), 'label'), [
    'label: exec exec guard',
  ])
})

test('a label that the kernel would not enforce is refused', () => {
  const plan = (part: Partial<Process>, security: Security) => () =>
    planOf({ process: process(part) }, { host: on(security) })
  assert.throws(plan({ selinuxLabel }, { apparmor: 'exec', selinux: false }), /selinuxLabel: SELinux is not active/)
  assert.throws(
    plan({ apparmorProfile: 'guard' }, { apparmor: undefined, selinux: true }),
    /apparmorProfile: AppArmor is not active/,
  )
})

test('a label without protection is no error without a module', () => {
  const asked = process({ apparmorProfile: 'unconfined', selinuxLabel: '' })
  assert.equal(lines(planOf({ process: asked }, { host: on(none) }), 'label'), [])
  assert.equal(lines(planOf({ process: asked }), 'label'), ['label: apparmor/exec exec unconfined'])
})

const fs = (type: string, options: string[] = []) => ({ destination: `/${type}`, type, source: type, options })
const mountLabel = 'system_u:object_r:container_file_t:s0:c1,c2'
const filesystems = [
  fs('tmpfs', ['size=1k']),
  fs('devpts'),
  fs('mqueue'),
  fs('proc'),
  fs('sysfs'),
  fs('overlay', ['fscontext=a:b:c']),
  { destination: '/bound', source: '/srv', options: ['bind'] },
  { destination: '/tmpfs', options: ['remount', 'ro'] },
]
const labelled = (host: Host, more: Partial<Spec> = {}) => {
  const namespaces: Linux['namespaces'] = [{ type: 'mount' }, { type: 'pid' }, { type: 'network' }]
  const linux: Linux = { mountLabel, namespaces, maskedPaths: ['/sys/firmware'] }
  return lines(planOf({ mounts: filesystems, linux, ...more }, { host }), 'mount', 'file_label', 'bind', 'mask')
}

test('a mount label is for new file systems with their own files', () => {
  assert.equal(labelled(v1Host), [
    `mount: tmpfs on /tmpfs size=1k context=${mountLabel}`,
    `mount: devpts on /devpts context=${mountLabel}`,
    'mount: mqueue on /mqueue',
    `file_label: /mqueue ${mountLabel}`,
    'mount: proc on /proc',
    'mount: sysfs on /sysfs',
    'mount: overlay on /overlay fscontext=a:b:c',
    'bind: clone 0 on /bound',
    `mask: /sys/firmware context=${mountLabel}`,
  ])
})

test('an annotation selects the option for the label', () => {
  const annotations = { 'run.oci.mount_context_type': 'rootcontext' }
  const found = labelled(v1Host, { annotations })
  assert.is(found[0], `mount: tmpfs on /tmpfs size=1k rootcontext=${mountLabel}`)
  assert.is(found[3], `file_label: /mqueue ${mountLabel}`)
})

test('the folder of cgroup v1 is labelled, and the kernel’s files in it are not', () => {
  const mounts = [{ destination: '/cg', type: 'cgroup', source: 'cgroup', options: ['ro'] }]
  const found = labelled(v1Host, { mounts })
  assert.is(found[0], `mount: tmpfs on /cg mode=755 context=${mountLabel}`)
  assert.is(found.filter((line) => line.includes('context=')).length, 2) // the other is the mask
  assert.is(labelled(v2Host, { mounts }).filter((line) => line.includes('context=')).length, 1)
})

test('without SELinux a mount label has no effect', () => {
  assert.not(labelled(on(none)).some((line) => line.includes('container_file_t')))
})

test.run()
