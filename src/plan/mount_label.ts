import type { Step } from '../step/step.ts'
import type { Context } from './context.ts'
import type { Wanted } from './filesystems.ts'

/**
 * The option that gives a new file system the label of `mountLabel`; empty for none. Where there is no SELinux nobody looks at
 * the labels of files, and no file system takes the option: the label says nothing then (docs/decisions/021-lsm.md).
 */
export function mountLabel({ spec, host }: Context): string {
  const label = spec.linux?.mountLabel ?? ''
  if (label === '' || !host.security.selinux) return ''
  return `${spec.annotations?.['run.oci.mount_context_type'] ?? 'context'}=${label}`
}

/** mqueue takes no such option; its folder is labelled instead. */
export function* queueLabel(context: Context, { pointer, target: path }: Wanted): Generator<Step> {
  const option = mountLabel(context)
  if (option === '') return
  yield { op: 'file_label', actor: 'init', pointer, path, value: option.slice(option.indexOf('=') + 1) }
}
