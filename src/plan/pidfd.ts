import type { Step } from '../step/step.ts'

/** Sends a pidfd of the process to who listens at a path of the caller's: of a container's first process, or of one of exec, in runc's words. */
export function* pidfdTo(path: string | undefined, name: 'standard' | 'setns'): Generator<Step> {
  if (path !== undefined) yield { op: 'pidfd_socket', actor: 'parent', pointer: '', path, name }
}
