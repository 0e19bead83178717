import { existsSync, readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { caps } from '../../../src/kernel/caps.ts'
import { mempolicyFlags } from '../../../src/kernel/mempolicy.ts'
import { mountAttr, mountAttrAtime, mountFlag, propagation } from '../../../src/kernel/mount.ts'
import { namespaces } from '../../../src/kernel/namespaces.ts'
import { rlimitNumbers } from '../../../src/kernel/rlimits.ts'
import { schedulerFlags, schedulerPolicies } from '../../../src/kernel/scheduler.ts'

/** The headers of the kernel, where a C compiler is installed. */
const folder = '/usr/include'

header('linux/capability.h', (defined) => {
  // Numbers below 64 that are no capability: the versions of the header are greater.
  const all = Object.entries(defined).filter(
    ([name, value]) => name.startsWith('CAP_') && !name.endsWith('_CAP') && value < 64,
  )
  assert.equal(Object.fromEntries(all), { ...caps })
})

header('asm-generic/resource.h', (defined) => {
  for (const [name, value] of Object.entries(rlimitNumbers)) assert.is(defined[name], value, name)
  const all = Object.keys(defined).filter((name) => name.startsWith('RLIMIT_'))
  assert.equal(all.sort(), Object.keys(rlimitNumbers).sort())
})

header('linux/sched.h', (defined) => {
  const flags = { mount: 'NEWNS', pid: 'NEWPID', network: 'NEWNET', uts: 'NEWUTS', ipc: 'NEWIPC', user: 'NEWUSER' }
  for (const [type, name] of Object.entries({ ...flags, cgroup: 'NEWCGROUP', time: 'NEWTIME' })) {
    assert.is(namespaces[type as keyof typeof namespaces].flag, defined[`CLONE_${name}`], name)
  }
  const { SCHED_OTHER, SCHED_ISO, ...policies } = schedulerPolicies
  assert.is(SCHED_OTHER, defined.SCHED_NORMAL)
  assert.is(SCHED_ISO, 4)
  for (const [name, value] of Object.entries({ ...policies, ...schedulerFlags })) assert.is(defined[name], value, name)
})

header('linux/mount.h', (defined) => {
  for (const [name, value] of Object.entries(mountAttr)) {
    assert.is(defined[`MOUNT_ATTR_${name.toUpperCase()}`], value, name)
  }
  assert.is(defined.MOUNT_ATTR__ATIME, mountAttrAtime)
  assert.is(defined.MS_SILENT, mountFlag.silent)
  assert.is(defined.MS_I_VERSION, mountFlag.iversion)
  for (const [name, value] of Object.entries(propagation)) assert.is(defined[`MS_${name.toUpperCase()}`], value, name)
})

header('linux/mempolicy.h', (defined) => {
  for (const [name, value] of Object.entries(mempolicyFlags)) assert.is(defined[name], value, name)
})

function header(name: string, check: (defined: Record<string, number>) => void): void {
  const file = `${folder}/${name}`
  if (!existsSync(file)) {
    test.skip(`${name}: ${file} is not installed`)
    return
  }
  test(name, () => check(defines(readFileSync(file, 'utf8'))))
}

function defines(source: string): Record<string, number> {
  const all: Record<string, number> = {}
  for (const [, name = '', value = ''] of source.matchAll(/^#\s*define\s+(\w+)\s+(\S.*?)\s*(?:\/\*.*)?$/gm)) {
    const shift = /^\(?(\d+)\s*<<\s*(\d+)\)?$/.exec(value)
    const number = shift ? Number(shift[1]) * 2 ** Number(shift[2]) : Number(value)
    if (!Number.isNaN(number)) all[name] = number
  }
  return all
}

test.run()
