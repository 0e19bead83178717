import { caps } from '../../kernel/caps.ts'
import { rlimits } from '../../kernel/rlimits.ts'
import type { IDMapping } from '../mounts.ts'
import { isNew } from '../namespace.ts'
import { at, type Fault } from '../pointer.ts'
import type { Process } from '../process.ts'
import type { Spec } from '../spec.ts'

/** -1 of a uid_t or gid_t: setresuid(2) and chown(2) take it for "unchanged". */
const noId = 4_294_967_295

/** struct winsize of ioctl_tty(2) has 16 bits for each side. */
const maxConsole = 65_535

/** What the process needs to be started, apart from its scheduling. A bundle without a process can still be created. */
export function* process(spec: Spec): Generator<Fault> {
  const { process } = spec
  if (process === undefined) return
  if ((process.args ?? []).length === 0) yield { pointer: '/process/args', message: 'args must not be empty' }
  if (process.cwd === '') yield { pointer: '/process/cwd', message: 'Cwd property must not be empty' }
  else if (!process.cwd.startsWith('/')) {
    yield { pointer: '/process/cwd', message: 'Cwd must be an absolute path' }
  }
  yield* environment(process)
  yield* capabilities(process)
  yield* limits(process)
  yield* consoleSize(process)
}

function* environment(process: Process): Generator<Fault> {
  for (const [index, entry] of (process.env ?? []).entries()) {
    if (entry.startsWith('=')) {
      yield { pointer: at('process', 'env', index), message: 'invalid environment variable: name cannot be empty' }
    } else if (!entry.includes('=')) {
      yield { pointer: at('process', 'env', index), message: "invalid environment variable: missing '='" }
    }
  }
}

function* capabilities(process: Process): Generator<Fault> {
  if (process.capabilities === undefined) return
  for (const set of ['bounding', 'permitted', 'effective', 'inheritable', 'ambient'] as const) {
    for (const [index, name] of (process.capabilities[set] ?? []).entries()) {
      if (!Object.hasOwn(caps, name)) {
        const message = `unknown capability ${JSON.stringify(name)}`
        yield { pointer: at('process', 'capabilities', set, index), message }
      }
    }
  }
}

function* limits(process: Process): Generator<Fault> {
  const seen = new Set<string>()
  for (const [index, { type, soft, hard }] of (process.rlimits ?? []).entries()) {
    const pointer = at('process', 'rlimits', index)
    if (!Object.hasOwn(rlimits, type)) yield { pointer: `${pointer}/type`, message: `invalid rlimit type: ${type}` }
    if (seen.has(type)) yield { pointer: `${pointer}/type`, message: `duplicate rlimit type: ${type}` }
    if (soft > hard) yield { pointer: `${pointer}/soft`, message: 'the soft limit is above the hard one' }
    seen.add(type)
  }
}

function* consoleSize(process: Process): Generator<Fault> {
  if (process.terminal !== true || process.consoleSize === undefined) return
  for (const side of ['height', 'width'] as const) {
    if (process.consoleSize[side] > maxConsole) {
      yield { pointer: at('process', 'consoleSize', side), message: `larger than ${maxConsole}` }
    }
  }
}

/** The ids of the process: real ones, and mapped where the container has a user namespace of its own. */
export function* ids(spec: Spec): Generator<Fault> {
  if (spec.process === undefined) return
  const user = spec.process.user ?? {}
  const own = isNew(spec, 'user')
  const uids = own ? spec.linux?.uidMappings : undefined
  const gids = own ? spec.linux?.gidMappings : undefined
  yield* id('uid', user.uid ?? 0, uids)
  yield* id('gid', user.gid ?? 0, gids)
  for (const [index, gid] of (user.additionalGids ?? []).entries()) yield* id(`additionalGids/${index}`, gid, gids)
}

function* id(field: string, value: number, mappings: readonly IDMapping[] | undefined): Generator<Fault> {
  const pointer = `/process/user/${field}`
  if (value === noId) yield { pointer, message: `${value} is no id` }
  else if (mappings !== undefined && mappings.length > 0 && !mappings.some((each) => maps(each, value))) {
    yield { pointer, message: `${value} is not mapped in the user namespace` }
  }
}

function maps(mapping: IDMapping, id: number): boolean {
  return id >= mapping.containerID && id < mapping.containerID + mapping.size
}
