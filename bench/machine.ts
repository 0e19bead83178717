import { readFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import type { World } from './world.ts'

/** The machine of the measurements, in one sentence. */
export function machine({ ocits, others }: World): string {
  const [cpu] = cpus()
  const memory = Math.round(totalmem() / 2 ** 30)
  const versions = [ocits, ...others].map(({ version }) => version.replace(' version ', ' '))
  const cgroups = readFileSync('/proc/self/mountinfo', 'utf8').includes(' - cgroup ') ? 'v1' : 'v2'
  return [
    `${cpus().length} × ${cpu?.model ?? 'an unknown processor'}, ${memory} GiB, Linux ${release()}, cgroup ${cgroups}, Node ${process.version}`,
    `${versions.join(', ')}.`,
  ].join('; ')
}

/** The load of the last minute: other processes make every number larger. */
export const load = (): string => readFileSync('/proc/loadavg', 'utf8').split(' ')[0] ?? ''
