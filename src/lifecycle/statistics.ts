import { stats } from '../cgroup/stats/compile.ts'
import type { Stats } from '../cgroup/stats/stats.ts'
import { type Files, oomKills } from '../cgroup/stats/text.ts'
import { UsageError } from '../failure.ts'
import { errno } from '../kernel/errno.ts'
import { ENODEV, ENOENT, EOPNOTSUPP } from '../kernel/errnos.ts'
import type { Native } from '../native/table.ts'
import type { State } from '../plan/state.ts'
import type { Runtime } from './runtime.ts'

/** What a container uses now. Throws a UsageError where a file of its cgroups is there and cannot be read. */
export const statistics = ({ native }: Runtime, { cgroups }: State): Stats =>
  stats(cgroups.map((dir) => filesOf(native, dir)))

/** How many processes of a container the kernel has killed for memory, and how one is told; undefined: nobody counts them. */
export function oomsOf({ native }: Runtime, { cgroups }: State): Ooms | undefined {
  for (const dir of cgroups) {
    const file = ['memory.events', 'memory.oom_control'].find(
      (name) => typeof native.read(`${dir}/${name}`, size) === 'string',
    )
    if (file === undefined) continue
    const fd = native.ooms(dir)
    if (fd < 0) throw new UsageError('SYSTEM', `cannot watch ${dir}/${file}: ${errno(-fd).text}`)
    const stands = () => String(native.read(`${dir}/memory.oom_control`, size)).includes('under_oom 1')
    return { fd, stands, count: () => kills(native, `${dir}/${file}`), early: file === 'memory.oom_control' }
  }
  return undefined
}

export type Ooms = {
  /** Readable when there may be one more. */
  readonly fd: number
  /** How many have been killed; undefined: the cgroup has gone. */
  readonly count: () => number | undefined
  /** Whether its processes wait for memory instead, as `disableOOMKiller` asks for. */
  readonly stands: () => boolean
  /** It turns readable before the process is killed. */
  readonly early: boolean
}

function kills(native: Native, path: string): number | undefined {
  const text = native.read(path, size)
  return typeof text === 'number' ? undefined : (oomKills(text) ?? 0)
}

const size = 1024 * 1024

function filesOf(native: Native, dir: string): Files {
  let names: readonly string[] | undefined
  return {
    read: (name) => contentOf(native, `${dir}/${name}`),
    names: () => {
      names ??= namesIn(native, dir)
      return names
    },
  }
}

const absent = [-ENOENT, -ENODEV, -EOPNOTSUPP] // the last: pressure is not measured, as by psi=0 of the kernel

function contentOf(native: Native, path: string): string | undefined {
  const text = native.read(path, size)
  if (typeof text === 'string') return text
  if (absent.includes(text)) return undefined
  throw new UsageError('SYSTEM', `cannot read ${path}: ${errno(-text).text}`)
}

function namesIn(native: Native, dir: string): readonly string[] {
  const list = native.list(dir)
  if (typeof list === 'string') return list.split('\0')
  if (absent.includes(list)) return []
  throw new UsageError('SYSTEM', `cannot read ${dir}: ${errno(-list).text}`)
}
