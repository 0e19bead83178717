import { type StepFailure, UsageError } from '../failure.ts'
import { errno } from '../kernel/errno.ts'
import { EPERM, ESRCH } from '../kernel/errnos.ts'
import type { NsFile } from '../kernel/ns_files.ts'
import { tried } from '../lifecycle/callers_program.ts'
import type { Named } from '../lifecycle/namespaces.ts'
import type { Runtime } from '../lifecycle/runtime.ts'
import { type EnterRequest, planTrial } from '../plan/enter.ts'

/** Why the kernel lets nobody in, by the type and the error (setns(2)). */
const reasons: Readonly<Partial<Record<NsFile, string>>> = {
  user: 'it takes CAP_SYS_ADMIN in it, which its owner has outside of it, and root of the user namespaces above it',
  mnt: 'it takes CAP_SYS_ADMIN in the user namespace that owns it, and CAP_SYS_ADMIN and CAP_SYS_CHROOT in your own: add --user if that is another',
  pid: 'it takes CAP_SYS_ADMIN in the user namespace that owns it (add --user if that is another), and it must be yours or one below yours',
}
const usualReason =
  'it takes CAP_SYS_ADMIN in the user namespace that owns it, and in your own: add --user if that is another'

const keptGroups =
  ': setgroups(2) is denied in this user namespace, and your other groups would stay: add --preserve-credentials if they may'

type Refused = { readonly named: Named | undefined; readonly failure: StepFailure }

/** A failure of its plan, in words that help: all are entered by one call, which says one errno; each alone says whose that is. */
export function refusal(runtime: Runtime, { target, types }: EnterRequest, { named, failure }: Refused): Error {
  if (failure.op === 'user' && failure.errno === EPERM && failure.detail === 'setgroups') failure.message += keptGroups
  if (failure.op !== 'enter') return failure
  const word = named?.word ?? ''
  if (failure.errno === ESRCH || target === undefined)
    return new UsageError('STATUS', `${word} has ended`, named?.state === undefined ? undefined : word)
  const bad: string[] = []
  for (const type of types) {
    const user = type !== 'user' && types.includes('user')
    const error = tried(runtime, [...planTrial(target, user ? ['user', type] : [type])])
    if (error === 0) continue
    const { name, text } = errno(error)
    bad.push(`${type}: ${name} (${text}): ${reasons[type] ?? usualReason}`)
    if (type === 'user') break // without it the others cannot be told apart
  }
  if (bad.length === 0) return failure
  return new UsageError('SYSTEM', `cannot enter of ${word}: ${bad.join('; ')}`)
}
