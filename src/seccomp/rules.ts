import { PASSED } from '../kernel/syscalls.ts'
import { at, type Fault } from '../spec/pointer.ts'
import type { SeccompArg, SeccompSyscall } from '../spec/seccomp.ts'
import { type Condition, condition } from './condition.ts'
import { DEFAULT, leafOf, put, type Sheet, UNNAMED } from './sheet.ts'
import { verdict } from './verdict.ts'

/** Adds an entry of `syscalls` to the sheet. Unknown names are skipped. */
export function putEntry(sheet: Sheet, syscall: SeccompSyscall, entry: number): void {
  const { faults, leaves, places, verdicts } = sheet
  const value = verdict(syscall.action, syscall.errnoRet)
  const alternatives = conditions(syscall.args, entry, faults)
  checkNames(syscall, entry, faults)
  if (typeof value !== 'number') {
    faults.push({ pointer: at('syscalls', entry, value.field), message: value.message })
    return
  }
  const leaf = leafOf(verdicts, value)
  for (const conditions of alternatives) {
    const rule = { conditions, verdict: value, leaf, entry }
    // Most entries of a profile allow calls for all arguments, and name each call once. That case is written out here, without a function call.
    const usual = conditions.length === 0 && leaf !== DEFAULT
    const { names } = syscall
    for (let i = 0; i < names.length; i++) {
      const place = places.get(names[i] as string)
      if (place === undefined) continue
      if (usual && place > PASSED && leaves[place] === UNNAMED) leaves[place] = leaf
      else put(sheet, place, rule)
    }
  }
}

function checkNames({ names, action }: SeccompSyscall, entry: number, faults: Fault[]): void {
  const empty = names.indexOf('')
  if (empty >= 0) faults.push({ pointer: at('syscalls', entry, 'names', empty), message: 'is empty' })
  const write = action === 'SCMP_ACT_NOTIFY' ? names.indexOf('write') : -1
  // The init passes the listener on with a write, which would itself wait for the listener.
  if (write >= 0)
    faults.push({ pointer: at('syscalls', entry, 'names', write), message: 'SCMP_ACT_NOTIFY cannot be for write' })
}

// Conditions on different arguments must all hold. If two are on the same argument, it is enough that any of all holds, as in runc and
// libseccomp.
function conditions(
  args: readonly SeccompArg[] | undefined,
  entry: number,
  faults: Fault[],
): readonly (readonly Condition[])[] {
  const all: Condition[] = []
  if (args === undefined) return [all]
  for (const [i, arg] of args.entries()) {
    const found = condition(arg)
    if ('field' in found)
      faults.push({ pointer: at('syscalls', entry, 'args', i, found.field), message: found.message })
    else all.push(found)
  }
  all.sort((a, b) => a.index - b.index)
  const twice = all.some((c, i) => c.index === all[i + 1]?.index)
  return twice ? all.map((c) => [c]) : [all]
}
