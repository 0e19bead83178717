import type { Step } from '../step/step.ts'
import type { Context } from './context.ts'
import type { Wanted } from './filesystems.ts'

/** mqueue does not have the option, so its root folder is labelled instead. */
export function* queueLabel(context: Context, { pointer, target: path }: Wanted): Generator<Step> {
  const option = context.mountLabel
  if (option === '') return
  yield { op: 'file_label', actor: 'init', pointer, path, value: option.slice(option.indexOf('=') + 1) }
}
