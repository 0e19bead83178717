import { refuse } from '../failure.ts'
import type { Pointer } from '../spec/pointer.ts'
import type { Step } from '../step/step.ts'
import type { Context } from './context.ts'

/**
 * What the process becomes to SELinux and AppArmor at its execve. A label is there to hold the process, so where nobody would
 * hold it the container is refused (docs/decisions/009-lsm.md).
 */
export function* labels(context: Context): Generator<Step> {
  const selinux = processLabel(context)
  if (selinux !== '') yield label('/process/selinuxLabel', 'exec', selinux)
  const profile = context.spec.process?.apparmorProfile ?? ''
  if (profile === '') return
  const pointer = '/process/apparmorProfile'
  const { apparmor } = context.host.security
  if (apparmor !== undefined) yield label(pointer, apparmor, `exec ${profile}`)
  else if (profile !== 'unconfined')
    refuse(pointer, 'AppArmor is not active on this machine: the profile would not hold')
}

/** The label of the session keyring that is made next: only who has it may look inside. */
export function* keyLabel(context: Context): Generator<Step> {
  const selinux = processLabel(context)
  if (selinux !== '') yield label('/process/selinuxLabel', 'keycreate', selinux)
}

function processLabel({ spec, host }: Context): string {
  const asked = spec.process?.selinuxLabel ?? ''
  if (asked !== '' && !host.security.selinux) {
    refuse('/process/selinuxLabel', 'SELinux is not active on this machine: the label would not hold')
  }
  return asked
}

function label(pointer: Pointer, file: string, value: string): Step {
  return { op: 'label', actor: 'init', pointer, file, value }
}
