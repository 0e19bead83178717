import { propagation } from '../kernel/mount.ts'
import { at } from '../spec/pointer.ts'
import { sysctlNames } from '../spec/sysctl.ts'
import type { Step } from '../step/step.ts'
import type { Context } from './context.ts'
import { isForeign } from './mounts.ts'
import { recursive } from './rootfs.ts'
import { addSource, type Sources } from './sources.ts'

/** Kernel settings, written to a procfs of the init's own: the one in the container could be anything (CVE-2025-52881). */
export function* sysctl(context: Context, sources: Sources): Generator<Step> {
  const settings = context.spec.linux?.sysctl ?? {}
  const keys = Object.keys(settings)
  if (keys.length > 0) yield procfs(context, sources)
  for (const key of keys) {
    const value = settings[key] ?? ''
    const path = `sys/${(sysctlNames(key) ?? [key]).join('/')}`
    yield { op: 'sysctl', hand: 'init', from: at('linux', 'sysctl', key), path, value }
  }
}

// Where the container has no right to mount one it is the host's, cloned before there is an image that could cover it.
function procfs(context: Context, sources: Sources): Step {
  const from = '/linux/sysctl'
  if (!isForeign(context, 'proc')) return { op: 'procfs', hand: 'init', from }
  const flags = propagation.private | recursive
  const slot = addSource(sources, { from, path: '/proc', recursive: true, propagation: flags })
  return { op: 'host_procfs', hand: 'init', from, slot }
}
