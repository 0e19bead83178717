import { type DeviceRule, isEverything } from './device_rules.ts'

/**
 * A rule as writes to cgroup v1's devices.allow or devices.deny: `c 1:3 rwm` (cgroup-v1/devices.rst). `a` in these files
 * means all devices, and the kernel ignores what follows it, so a narrower rule for both types becomes two lines.
 */
export function deviceLines(rule: DeviceRule): readonly string[] {
  if (isEverything(rule)) return ['a']
  const { type, major = '*', minor = '*', access } = rule
  const rest = `${major}:${minor} ${access}`
  return type === 'a' ? [`c ${rest}`, `b ${rest}`] : [`${type} ${rest}`]
}
