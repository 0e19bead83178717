import { readRecord } from '../machine/store.ts'
import type { State } from '../plan/state.ts'
import { check } from '../spec/load.ts'
import type { Spec } from '../spec/spec.ts'
import { corruptFile } from './container.ts'
import type { Runtime } from './runtime.ts'

/** config.json as a container was created of it. Throws a UsageError if it is spoilt. */
export function recordedConfig(
  { native, root }: Runtime,
  { id }: State,
): { readonly text: string; readonly spec: Spec } {
  const path = `${root}/${id}/config.json`
  const text = readRecord(native, path)
  const checked = typeof text === 'number' ? undefined : check(text)
  if (typeof text === 'number' || checked === undefined || 'faults' in checked) throw corruptFile(path, id)
  return { text, spec: checked.spec }
}
