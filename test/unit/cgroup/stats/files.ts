import { stats } from '../../../../src/cgroup/stats/compile.ts'
import type { Stats } from '../../../../src/cgroup/stats/stats.ts'

/** The statistics of a container whose cgroups have these files. */
export const told = (...cgroups: readonly Readonly<Record<string, string>>[]): Stats =>
  stats(cgroups.map((files) => ({ read: (name) => files[name], names: () => Object.keys(files) })))

/** A pressure file. */
export const pressed = (some: number, full: number): string =>
  `some avg10=${some}.50 avg60=1.00 avg300=0.07 total=${some}000000\nfull avg10=${full}.00 avg60=0.00 avg300=0.00 total=${full}\n`
