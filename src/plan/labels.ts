import { refuse } from '../failure.ts'
import type { Pointer } from '../spec/pointer.ts'
import { placeholder, type Step } from '../step/step.ts'
import type { Context } from './context.ts'

/**
 * The SELinux label and the AppArmor profile that the process gets at its execve. They are there to confine the process, so without the module
 * that would do so the container is refused (docs/decisions/009-lsm.md).
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
    refuse(pointer, 'AppArmor is not active on this machine: the profile would have no effect')
}

/** The session keyring of the container, so that its processes do not have the keys of the caller (keyrings(7)). */
export function* keyring({ request }: Context): Generator<Step> {
  if (!request.noNewKeyring) yield { op: 'keyring', actor: 'init', pointer: '', name: `_ses.${placeholder.id}` }
}

/** The label of that keyring, before it is made: only processes with the label may read it. */
export function* keyLabel(context: Context): Generator<Step> {
  if (context.request.noNewKeyring) return
  const selinux = processLabel(context)
  if (selinux !== '') yield label('/process/selinuxLabel', 'keycreate', selinux)
}

function processLabel({ spec, host }: Context): string {
  const asked = spec.process?.selinuxLabel ?? ''
  if (asked !== '' && !host.security.selinux) {
    refuse('/process/selinuxLabel', 'SELinux is not active on this machine: the label would have no effect')
  }
  return asked
}

function label(pointer: Pointer, file: string, value: string): Step {
  return { op: 'label', actor: 'init', pointer, file, value }
}
