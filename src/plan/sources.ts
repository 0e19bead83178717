import type { Step, StepOf } from '../step/step.ts'

/**
 * Host paths, cloned before any namespace is entered: with the host's rights, and found missing before anything is made. Planners
 * that need one add it here and name it by its slot; plan.ts puts the steps at their place.
 */
export type Sources = { readonly steps: Step[]; slots: number }

export function newSources(): Sources {
  return { steps: [], slots: 0 }
}

type Source = Omit<StepOf<'source'>, 'op' | 'hand' | 'slot' | 'nofollow'> & { readonly nofollow?: boolean }

/** Adds a clone; returns its slot. */
export function addSource(sources: Sources, { from, path, recursive, propagation, nofollow = false }: Source): number {
  const slot = sources.slots++
  sources.steps.push({ op: 'source', hand: 'init', from, slot, path, recursive, propagation, nofollow })
  return slot
}

type Idmap = Omit<StepOf<'idmap_source'>, 'op' | 'hand'>

/** Shows a clone through other ids: while still in the host's user namespace, which owns the file system. */
export function addIdmap(sources: Sources, idmap: Idmap): void {
  sources.steps.push({ op: 'idmap_source', hand: 'init', ...idmap })
}
