import { MS_REC, propagation } from '../kernel/mount.ts'
import type { Pointer } from '../spec/pointer.ts'
import type { Step } from '../step/step.ts'
import type { Context } from './context.ts'
import { isForeign } from './mounts.ts'
import { addSource, type Sources } from './sources.ts'

/**
 * A procfs of the init's own, if the plan writes to it: the /proc of the container could be anything (CVE-2019-16884, CVE-2025-52881).
 * If the container has no right to mount procfs, the host's is cloned, before the image can cover it.
 */
export function* procfs(context: Context, sources: Sources): Generator<Step> {
  const pointer = asker(context)
  if (pointer === undefined) return
  if (!isForeign(context, 'proc')) {
    yield { op: 'procfs', actor: 'init', pointer }
    return
  }
  const flags = propagation.private | MS_REC
  const slot = addSource(sources, { pointer, path: '/proc', recursive: true, propagation: flags })
  yield { op: 'host_procfs', actor: 'init', pointer, slot }
}

function asker({ spec: { linux, process } }: Context): Pointer | undefined {
  if (Object.keys(linux?.sysctl ?? {}).length > 0) return '/linux/sysctl'
  if ((process?.selinuxLabel ?? '') !== '') return '/process/selinuxLabel'
  return (process?.apparmorProfile ?? '') === '' ? undefined : '/process/apparmorProfile'
}
