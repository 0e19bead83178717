import { caps } from '../kernel/caps.ts'

type Sets = Readonly<Record<(typeof capabilityKinds)[number], number>>

// In most configs several sets are equal, so each value is printed only once.
export function capabilitySets(sets: Sets): string {
  const parts: string[] = []
  for (const [at, name] of capabilityKinds.entries()) {
    const first = capabilityKinds.findIndex((each) => sets[each] === sets[name])
    if (first < at) continue
    const same = capabilityKinds.filter((each) => sets[each] === sets[name])
    parts.push(`${same.join(', ')}: ${capabilityNames(sets[name])}`)
  }
  return parts.join('; ')
}

const capabilityKinds = ['effective', 'permitted', 'inheritable', 'ambient'] as const

/** The names of the capabilities in a bit mask, without `CAP_`. */
export function capabilityNames(bits: number): string {
  const found: string[] = []
  let all = true
  for (const name in caps) {
    if (Math.floor(bits / 2 ** (caps[name] ?? 0)) % 2 === 1) found.push(name.slice('CAP_'.length))
    else all = false
  }
  return all ? 'all' : found.join(' ') || 'none'
}
