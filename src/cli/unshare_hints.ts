import { StepFailure } from '../failure.ts'
import { EPERM } from '../kernel/errnos.ts'
import type { UnshareRequest } from '../plan/unshare.ts'

/** What surprises people inside, each with its cure. */
export function hintsOf({ types, maps, fork, proc, root }: UnshareRequest): string[] {
  const hints: string[] = []
  if (types.includes('user') && (maps === undefined || maps.uids === ''))
    hints.push('nobody is mapped in the new user namespace: every id is 65534 there (add --map-root-user)')
  if (types.includes('pid') && !fork)
    hints.push(
      'the first child of the program is process 1 of the new pid namespace; when it has ended, every further fork fails with ENOMEM (add --fork)',
    )
  if (types.includes('pid') && fork && proc === undefined && root === undefined)
    hints.push('/proc still shows the processes of the old pid namespace (add --mount-proc)')
  if (types.includes('net'))
    hints.push('the new network namespace has nothing but lo, and that is down (ip link set lo up)')
  return hints
}

/** A failure that the program would only see as «not permitted», with the way out. */
export function withCure<F>(failure: F, { types }: UnshareRequest): F {
  if (!(failure instanceof StepFailure) || failure.errno !== EPERM) return failure
  if (failure.op === 'unshare' && !types.includes('user'))
    failure.message +=
      ': it takes CAP_SYS_ADMIN, which root has, and everybody in a user namespace: add --user --map-root-user'
  else if (failure.op === 'unshare')
    failure.message +=
      ': this machine forbids new user namespaces: see user.max_user_namespaces, kernel.unprivileged_userns_clone and kernel.apparmor_restrict_unprivileged_userns (sysctl)'
  else if (failure.op === 'mount')
    failure.message +=
      ': in a user namespace a proc is mounted only with a new pid namespace, and where the old one is not covered'
  return failure
}
