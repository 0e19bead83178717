import { passedNumber, passing } from '../kernel/syscalls.ts'
import { at } from '../spec/pointer.ts'
import type { Architecture } from './architectures.ts'
import { chain, type Rule } from './chain.ts'
import { alwaysHolds, firstIs, narrow } from './condition.ts'
import { ASK, DEFAULT, type Sheet, UNNAMED } from './sheet.ts'

/** A sheet for one architecture. */
export type View = Pick<Sheet, 'places' | 'leaves' | 'rules' | 'faults'> & { readonly architecture: Architecture }

export function view(sheet: Sheet, architecture: Architecture): View {
  if (!architecture.multiplexes) return { ...sheet, architecture }
  const own = { ...sheet, architecture, leaves: sheet.leaves.slice(), rules: new Map(sheet.rules) }
  for (const one of passing) pass(sheet, own, one)
  return own
}

// socketcall(2) and ipc(2) take the call's number as their first argument and the call's own arguments behind a
// pointer, where no filter can look: a rule's condition on the first argument is replaced by one on the number, and the others are
// kept, although they then test the pointer.
function pass(
  { passed }: Sheet,
  { places, leaves, rules }: View,
  { through, first, last }: (typeof passing)[number],
): void {
  const place = places.get(through) as number
  const now = leaves[place] as number
  if (now > DEFAULT && now !== ASK) return
  if (now === UNNAMED && leaves.subarray(first, last + 1).some((leaf) => leaf !== UNNAMED)) leaves[place] = DEFAULT
  const own = passed.filter((one) => one.place >= first && one.place <= last)
  if (own.length === 0) return
  const more = own.map(({ place, rule }) => {
    const conditions = [firstIs(passedNumber(place)), ...rule.conditions.filter((c) => c.index !== 0)]
    return { ...rule, conditions }
  })
  leaves[place] = ASK
  rules.set(
    place,
    [...(rules.get(place) ?? []), ...more].sort((a, b) => a.entry - b.entry),
  )
}

/**
 * The rules of a call whose leaf is ASK, in the order in which they are tried; or a leaf, if no argument matters on this architecture.
 */
export function rulesAt({ rules, architecture, faults }: View, place: number): readonly Rule[] | number {
  const seen = (rules.get(place) ?? []).map((rule) => effective(rule, architecture.bits))
  const always = seen.find(({ conditions }) => conditions.length === 0)
  if (always !== undefined) return always.leaf
  const found = chain(seen)
  if (!('conflict' in found)) return found
  const [one, other] = found.conflict
  const where = `${at('syscalls', one.entry)} under the same conditions, on ${architecture.name}`
  const message = `asks for another action than ${where}`
  faults.push({ pointer: at('syscalls', other.entry), message })
  return DEFAULT
}

function effective(rule: Rule, bits: 32 | 64): Rule {
  if (bits === 64 && !rule.conditions.some(alwaysHolds)) return rule
  const seen = bits === 32 ? rule.conditions.map(narrow) : rule.conditions
  return { ...rule, conditions: seen.filter((c) => !alwaysHolds(c)) }
}
