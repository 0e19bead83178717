import { caps } from '../../kernel/caps.ts'
import { rlimitNumbers } from '../../kernel/rlimits.ts'
import type { IDMapping } from '../mounts.ts'
import { isNew } from '../namespace.ts'
import { at, type Report } from '../pointer.ts'
import type { Capabilities, Process } from '../process.ts'
import type { Spec } from '../spec.ts'

/** -1 of a uid_t or gid_t: setresuid(2) and chown(2) take it for "unchanged". */
const noId = 4_294_967_295

/** struct winsize of ioctl_tty(2) has 16 bits for each side. */
const maxConsole = 65_535

/** What the process needs to be started, apart from its scheduling. A bundle without a process can still be created. */
export function processRules(spec: Spec, report: Report, warn: Report): void {
  const { process } = spec
  if (process === undefined) return
  if (process.args === undefined || process.args.length === 0) report('/process/args', 'args must not be empty')
  if (process.cwd === '') report('/process/cwd', 'Cwd property must not be empty')
  else if (!process.cwd.startsWith('/')) report('/process/cwd', 'Cwd must be an absolute path')
  environment(process, report)
  if (process.capabilities !== undefined) capabilities(process.capabilities, warn)
  if (process.rlimits !== undefined) limits(process.rlimits, report)
  if (process.terminal === true && process.consoleSize !== undefined) consoleSize(process.consoleSize, report)
}

function environment(process: Process, report: Report): void {
  process.env?.forEach((entry, index) => {
    if (entry.startsWith('=')) {
      report(at('process', 'env', index), 'invalid environment variable: name cannot be empty')
    } else if (!entry.includes('=')) {
      report(at('process', 'env', index), "invalid environment variable: missing '='")
    }
  })
}

// The specification: what cannot be granted must be told and should not fail. A newer engine may know more of them.
function capabilities(sets: Capabilities, warn: Report): void {
  known(sets, 'bounding', warn)
  known(sets, 'permitted', warn)
  known(sets, 'effective', warn)
  known(sets, 'inheritable', warn)
  known(sets, 'ambient', warn)
  const { permitted = [], inheritable = [] } = sets
  // What buildah writes; eleven lines for each RUN would hide what else is said.
  if (inheritable.length === 0 && (sets.ambient?.length ?? 0) > 1) {
    warn(at('process', 'capabilities', 'ambient'), 'none is raised: no capability is inheritable')
    return
  }
  sets.ambient?.forEach((name, index) => {
    const missing = !permitted.includes(name) ? 'permitted' : !inheritable.includes(name) ? 'inheritable' : undefined
    if (missing === undefined || !Object.hasOwn(caps, name)) return
    warn(at('process', 'capabilities', 'ambient', index), `${name} is not raised: it is not among the ${missing} ones`)
  })
}

function known(sets: Capabilities, set: keyof Capabilities, warn: Report): void {
  sets[set]?.forEach((name, index) => {
    if (Object.hasOwn(caps, name)) return
    const words = `ignoring unknown or unavailable capability ${JSON.stringify(name)}`
    warn(at('process', 'capabilities', set, index), words)
  })
}

function limits(list: NonNullable<Process['rlimits']>, report: Report): void {
  const seen = new Set<string>()
  list.forEach(({ type, soft, hard }, index) => {
    const pointer = at('process', 'rlimits', index)
    if (!Object.hasOwn(rlimitNumbers, type)) report(`${pointer}/type`, `invalid rlimit type: ${type}`)
    if (seen.has(type)) report(`${pointer}/type`, `duplicate rlimit type: ${type}`)
    seen.add(type)
    if (soft > hard) report(`${pointer}/soft`, 'the soft limit is above the hard one')
  })
}

function consoleSize(size: NonNullable<Process['consoleSize']>, report: Report): void {
  if (size.height > maxConsole) report('/process/consoleSize/height', `larger than ${maxConsole}`)
  if (size.width > maxConsole) report('/process/consoleSize/width', `larger than ${maxConsole}`)
}

/** The ids of the process: real ones, and mapped where the container has a user namespace of its own. */
export function idRules(spec: Spec, report: Report): void {
  if (spec.process === undefined) return
  const { user } = spec.process
  const own = isNew(spec, 'user')
  const uids = own ? spec.linux?.uidMappings : undefined
  const gids = own ? spec.linux?.gidMappings : undefined
  const idReport = (field: string, words: string | undefined) => {
    if (words !== undefined) report(`/process/user/${field}`, words)
  }
  idReport('uid', wrongId(user?.uid ?? 0, uids))
  idReport('gid', wrongId(user?.gid ?? 0, gids))
  user?.additionalGids?.forEach((gid, index) => {
    idReport(`additionalGids/${index}`, wrongId(gid, gids))
  })
}

function wrongId(id: number, mappings: readonly IDMapping[] | undefined): string | undefined {
  if (id === noId) return `${id} is no id`
  if (mappings === undefined || mappings.length === 0 || mappings.some((each) => maps(each, id))) return undefined
  return `${id} is not mapped in the user namespace`
}

function maps(mapping: IDMapping, id: number): boolean {
  return id >= mapping.containerID && id < mapping.containerID + mapping.size
}
