import { type DeviceRule, isEverything } from './device_rules.ts'

/**
 * A rule as writes to cgroup v1's devices.allow or devices.deny: `c 1:3 rwm` (cgroup-v1/devices.rst). The file takes `a` for
 * everything and ignores what follows it, so a rule for all types that says less becomes two.
 */
export function deviceLines(rule: DeviceRule): readonly string[] {
  if (isEverything(rule)) return ['a']
  const { type, major = '*', minor = '*', access } = rule
  const rest = `${major}:${minor} ${access}`
  return type === 'a' ? [`c ${rest}`, `b ${rest}`] : [`${type} ${rest}`]
}
