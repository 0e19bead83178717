import type { Runtime } from './runtimes.ts'

/** The input of every measurement. */
export type World = {
  readonly ocits: Runtime
  readonly others: readonly Runtime[]
  /** The command line of the floor (bench/floor.c) for a container with this id. */
  readonly floor: (id: string) => readonly string[]
  /** A folder for bundles. */
  readonly folder: string
  /** Fewer runs. */
  readonly quick: boolean
}

/** A number with a limit. Without a limit it is only reported. */
export type Figure = {
  readonly what: string
  readonly value: number
  readonly unit: '×' | 'ms' | 'kB' | 'MiB' | '/s'
  /** The required limit and the target: a maximum, or a minimum. */
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
