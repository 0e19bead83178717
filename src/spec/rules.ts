import type { Fault } from './pointer.ts'
import { devices, linuxPaths, netDevices } from './rules/linux.ts'
import { mounts } from './rules/mounts.ts'
import { mappings, namespaces, timeOffsets } from './rules/namespaces.ts'
import { ids, process } from './rules/process.ts'
import { resources } from './rules/resources.ts'
import { intelRdt, memoryPolicy, personality, scheduling } from './rules/scheduling.ts'
import { seccomp } from './rules/seccomp.ts'
import { strings } from './rules/strings.ts'
import { sysctls } from './rules/sysctl.ts'
import { hooks, top } from './rules/top.ts'
import type { Spec } from './spec.ts'

/**
 * Every rule of a config.json that its schema cannot say and that needs no look at the machine. `text` is what the spec was
 * parsed from: it tells cheaply that no string holds an escape.
 */
export function* rules(spec: Spec, text: string): Generator<Fault> {
  yield* top(spec)
  yield* process(spec)
  yield* scheduling(spec)
  yield* mounts(spec)
  yield* hooks(spec)
  yield* namespaces(spec)
  yield* mappings(spec)
  yield* ids(spec)
  yield* timeOffsets(spec)
  yield* devices(spec)
  yield* netDevices(spec)
  yield* linuxPaths(spec)
  yield* sysctls(spec)
  yield* resources(spec)
  yield* seccomp(spec)
  yield* intelRdt(spec)
  yield* memoryPolicy(spec)
  yield* personality(spec)
  // NUL and halves of surrogate pairs get through JSON only as \u escapes.
  if (text.includes('\\u')) yield* strings(spec)
}
