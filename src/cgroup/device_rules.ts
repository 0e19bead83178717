import type { Pointer } from '../spec/pointer.ts'
import type { DeviceCgroup } from '../spec/resources.ts'

/** A rule of `linux.resources.devices`, or one of the runtime's own, with nothing left out. */
export type DeviceRule = {
  readonly pointer: Pointer
  readonly allow: boolean
  readonly type: 'a' | 'b' | 'c'
  /** undefined: all numbers. */
  readonly major: number | undefined
  readonly minor: number | undefined
  readonly access: string
}

/**
 * The rules of a container, in order: nothing is allowed, then what the config says, then what every container needs.
 * The first rule does not depend on the config: without it, a container could make device nodes for the disks of the host and open them.
 */
export function deviceRules(devices: readonly DeviceCgroup[]): readonly DeviceRule[] {
  const asked = devices.map(normalised)
  const [first] = asked
  const rules = first !== undefined && isEverything(first) ? asked : [denyAll, ...asked]
  return allowsAll(rules) ? rules : [...rules, ...needed]
}

/** Whether a rule is about every device and every access. */
export function isEverything(rule: DeviceRule): boolean {
  return rule.type === 'a' && rule.major === undefined && rule.minor === undefined && isFull(rule.access)
}

export function isFull(access: string): boolean {
  return access.includes('r') && access.includes('w') && access.includes('m')
}

function normalised(rule: DeviceCgroup, index: number): DeviceRule {
  const { allow, type = '', major, minor, access = '' } = rule
  return {
    pointer: `/linux/resources/devices/${index}`,
    allow,
    type: type === 'b' || type === 'c' ? type : 'a',
    major: deviceNumber(major),
    minor: deviceNumber(minor),
    access,
  }
}

function deviceNumber(value: number | bigint | undefined): number | undefined {
  return value === undefined || value < 0 ? undefined : Number(value)
}

// When all is allowed and nothing is denied after it, the rules that every container needs would add nothing.
function allowsAll(rules: readonly DeviceRule[]): boolean {
  for (let i = rules.length - 1; i >= 0; i--) {
    const rule = rules[i]
    if (rule === undefined || !rule.allow) return false
    if (isEverything(rule)) return true
  }
  return false
}

const denyAll: DeviceRule = { pointer: '', allow: false, type: 'a', major: undefined, minor: undefined, access: 'rwm' }

function need(type: 'b' | 'c', major: number | undefined, minor: number | undefined, access: string): DeviceRule {
  return { pointer: '', allow: true, type, major, minor, access }
}

/** Every node may be made (mknod), as this does not allow to open it. 5:1, the console of the host, is not in this list. */
const needed: readonly DeviceRule[] = [
  need('c', undefined, undefined, 'm'),
  need('b', undefined, undefined, 'm'),
  need('c', 1, 3, 'rwm'), // null
  need('c', 1, 5, 'rwm'), // zero
  need('c', 1, 7, 'rwm'), // full
  need('c', 1, 8, 'rwm'), // random
  need('c', 1, 9, 'rwm'), // urandom
  need('c', 5, 0, 'rwm'), // tty
  need('c', 5, 2, 'rwm'), // ptmx
  need('c', 136, undefined, 'rwm'), // pts
  need('c', 10, 200, 'rwm'), // net/tun
]
