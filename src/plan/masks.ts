import { propagation } from '../kernel/mount.ts'
import { clean } from '../spec/path.ts'
import type { Step } from '../step/step.ts'
import type { Context } from './context.ts'
import { readonly } from './mounts.ts'
import { addSource, type Sources } from './sources.ts'

/** Read-only paths, then masked ones: a path in both is masked. */
export function* masks(context: Context, sources: Sources): Generator<Step> {
  const { readonlyPaths = [], maskedPaths = [] } = context.spec.linux ?? {}
  for (let i = 0; i < readonlyPaths.length; i++) {
    const path = clean(readonlyPaths[i] ?? '')
    const pointer = `/linux/readonlyPaths/${i}`
    // A process whose root is this folder does not see a mount on top of it.
    if (path === '/') yield readonly(pointer, path)
    else yield { op: 'readonly', actor: 'init', pointer, path }
  }
  if (maskedPaths.length === 0) return
  // The host's /dev/null is used: that of the image may be a link to anything (CVE-2025-31133).
  const slot = addSource(sources, {
    pointer: '/linux/maskedPaths',
    path: '/dev/null',
    recursive: false,
    propagation: propagation.private,
  })
  const label = context.mountLabel
  for (let i = 0; i < maskedPaths.length; i++) {
    const path = clean(maskedPaths[i] ?? '')
    if (path === '/') continue
    yield { op: 'mask', actor: 'init', pointer: `/linux/maskedPaths/${i}`, path, slot, label }
  }
}
