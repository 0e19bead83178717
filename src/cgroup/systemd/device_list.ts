import { type DeviceRule, isEverything } from '../device_rules.ts'

/** Devices as systemd allows them: all, or those on a list. */
export type DeviceList = {
  readonly all: boolean
  readonly allowed: readonly AllowedDevices[]
  /** Rules that a list cannot express: the list allows more than they do. */
  readonly loose: readonly DeviceRule[]
}

export type AllowedDevices = Pick<DeviceRule, 'major' | 'minor' | 'access'> & { readonly type: 'b' | 'c' }

/**
 * Device rules, of which the last that matches decides, as a list of what is allowed. It never allows less than the
 * rules. If it allows more, the BPF program of ocits forbids that on cgroup v2 (an access needs the consent of every program); on v1 such a rule
 * has to be refused.
 */
export function deviceList(rules: readonly DeviceRule[]): DeviceList {
  let all = false
  let loose: DeviceRule[] = []
  const allowed = new Map<string, AllowedDevices>()
  for (const rule of rules) {
    if (isEverything(rule)) {
      all = rule.allow
      loose = []
      allowed.clear()
    } else if (all) {
      if (!rule.allow) loose.push(rule)
    } else {
      for (const one of split(rule)) if (rule.allow ? !allow(allowed, one) : !deny(allowed, one)) loose.push(rule)
    }
  }
  return { all, allowed: [...allowed.values()].filter(({ access }) => access !== ''), loose }
}

function split({ type, major, minor, access }: DeviceRule): readonly AllowedDevices[] {
  const types = type === 'a' ? (['c', 'b'] as const) : [type]
  return types.map((each) => ({ type: each, major, minor, access }))
}

/** Adds to the list; whether the list can express it. It cannot name one minor of all majors, and then allows all minors. */
function allow(allowed: Map<string, AllowedDevices>, one: AllowedDevices): boolean {
  const minor = one.major === undefined ? undefined : one.minor
  const key = `${one.type} ${one.major} ${minor}`
  const before = allowed.get(key)?.access ?? ''
  allowed.set(key, { ...one, minor, access: letters((letter) => (before + one.access).includes(letter)) })
  return minor === one.minor
}

/** Takes from the list; whether the list can express it. It cannot leave out a part of an entry. */
function deny(allowed: Map<string, AllowedDevices>, one: AllowedDevices): boolean {
  let exact = true
  for (const [key, each] of allowed) {
    if (!overlap(each, one)) continue
    if (covers(one, each)) {
      allowed.set(key, {
        ...each,
        access: letters((letter) => each.access.includes(letter) && !one.access.includes(letter)),
      })
    } else {
      exact = false
    }
  }
  return exact
}

const letters = (has: (letter: string) => boolean) => ['r', 'w', 'm'].filter(has).join('')

function covers(wide: AllowedDevices, narrow: AllowedDevices): boolean {
  return (
    wide.type === narrow.type &&
    (wide.major === undefined || wide.major === narrow.major) &&
    (wide.minor === undefined || wide.minor === narrow.minor)
  )
}

function overlap(a: AllowedDevices, b: AllowedDevices): boolean {
  const meet = (x: number | undefined, y: number | undefined) => x === undefined || y === undefined || x === y
  const shared = [...a.access].some((letter) => b.access.includes(letter))
  return a.type === b.type && shared && meet(a.major, b.major) && meet(a.minor, b.minor)
}

/** How DeviceAllow= names them (systemd.resource-control(5)): a device by its number, all of a major or of a type by a word. */
export function devicePath({ type, major, minor }: AllowedDevices): string {
  const word = type === 'c' ? 'char' : 'block'
  if (major === undefined) return `${word}-*`
  return minor === undefined ? `${word}-${major}` : `/dev/${word}/${major}:${minor}`
}
