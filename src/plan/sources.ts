import { propagation } from '../kernel/mount.ts'
import type { Pointer } from '../spec/pointer.ts'
import type { Step, StepOf } from '../step/step.ts'

/**
 * Paths of the host. A planner that needs one adds it here and refers to it by its slot; plan.ts puts the steps in order. `early` ones are
 * cloned before any namespace is entered, with the rights of the host. `late` ones are opened in the container's copy of the host's mounts,
 * and cloned just before they are mounted.
 */
export type Sources = { readonly early: Step[]; readonly late: Step[]; slots: number }

export function newSources(): Sources {
  return { early: [], late: [], slots: 0 }
}

type Source = Omit<StepOf<'source'>, 'op' | 'actor' | 'slot' | 'strict' | 'nofollow' | 'late'> &
  Partial<Pick<StepOf<'source'>, 'strict' | 'nofollow' | 'late'>>

/** Adds a clone; returns its slot. */
export function addSource(sources: Sources, source: Source): number {
  const { pointer, path, recursive, propagation, strict = false, nofollow = false, late = false } = source
  const slot = sources.slots++
  const list = late ? sources.late : sources.early
  list.push({ op: 'source', actor: 'init', pointer, slot, path, recursive, propagation, strict, nofollow, late })
  return slot
}

/** A late clone is a slave without a step of its own, as all mounts in the container's copy are slaves. */
export function inherited(flags: number): number {
  return (flags & propagation.slave) === 0 ? flags : 0
}

type Idmap = Omit<StepOf<'idmap_source'>, 'op' | 'actor'>

type Device = Omit<StepOf<'device_source'>, 'op' | 'actor' | 'slot'> & { readonly pointer: Pointer }

/** Adds a device that the host's root makes for a user namespace; returns its slot. */
export function addDevice(sources: Sources, device: Device): number {
  const slot = sources.slots++
  sources.early.push({ op: 'device_source', actor: 'init', slot, ...device })
  return slot
}

/** Maps the ids of a clone, while the init is still in the user namespace that owns the file system. */
export function addIdmap(sources: Sources, idmap: Idmap): void {
  sources.early.push({ op: 'idmap_source', actor: 'init', ...idmap })
}
