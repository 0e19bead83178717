import type { Runtime } from './runtimes.ts'

/** What a measurement works with. */
export type World = {
  readonly ocits: Runtime
  readonly others: readonly Runtime[]
  /** The words of the floor, for a container with this id: bench/floor.c. */
  readonly floor: (id: string) => readonly string[]
  /** A folder for bundles. */
  readonly folder: string
  /** Fewer runs. */
  readonly quick: boolean
}

/** A number that has a limit. Without a limit it is reported only. */
export type Figure = {
  readonly what: string
  readonly value: number
  readonly unit: '×' | 'ms' | 'kB' | 'MiB' | '/s'
  /** What must hold, and what is aimed at: at most this, or at least. */
  readonly required?: number
  readonly aim?: number
  readonly atLeast?: true
}

/** Rows of words under headings. */
export type Table = {
  readonly title: string
  readonly headings: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

export type Finding = { readonly tables: readonly Table[]; readonly figures: readonly Figure[] }
