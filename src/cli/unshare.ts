import { UsageError } from '../failure.ts'
import { propagation as kinds, MS_REC } from '../kernel/mount.ts'
import { longFlagName, type NsFile, nsFileNames } from '../kernel/ns_files.ts'
import { SIGKILL, signalNumber } from '../kernel/signals.ts'
import { ofCaller, runCallersProgram } from '../lifecycle/callers_program.ts'
import type { Runtime } from '../lifecycle/runtime.ts'
import { absolutePath, workingFolder } from '../machine/root.ts'
import type { Native } from '../native/table.ts'
import { planUnshare, type UnshareRequest } from '../plan/unshare.ts'
import type { CommandLine } from './line.ts'
import { textOf } from './line.ts'
import { idOf } from './namespace_flags.ts'
import { print } from './output.ts'
import type { Values } from './row.ts'
import { hintsOf, withCure } from './unshare_hints.ts'
import { mapFlags, mapsOf, numberOf } from './unshare_maps.ts'
import { specOfUnshare } from './unshare_spec.ts'

/** `unshare`: the exit status of the program. */
export function unshare(runtime: Runtime, { words, flags }: CommandLine): number {
  const request = requestOf(runtime.native, words, flags)
  if (flags.spec === true) return print(runtime, specOfUnshare(runtime.native, request, flags))
  const steps = [...planUnshare(request)]
  if (flags.plan === true) return print(runtime, runtime.cold().explain(steps))
  if (flags.quiet !== true) for (const hint of hintsOf(request)) runtime.warn(new UsageError('ARGUMENT', hint))
  try {
    return runCallersProgram(runtime, steps)
  } catch (failure) {
    throw withCure(failure, request)
  }
}

/** What the flags ask for, each of which may bring another along (unshare(1)). */
function requestOf(native: Native, words: readonly string[], flags: Readonly<Values>): UnshareRequest {
  const types = nsFileNames.filter((type) => flags[longFlagName(type)] !== undefined || isImplied(type, flags))
  const maps = types.includes('user') ? mapsOf(native, flags) : undefined
  if (flags.setgroups !== undefined && !types.includes('user'))
    throw new UsageError('ARGUMENT', '--setgroups is for a new user namespace: add --user')
  const root = folderOf(native, flags.root, '--root')
  const proc = flags['mount-proc'] === undefined ? undefined : (textOf(flags['mount-proc']) ?? '/proc')
  if (proc !== undefined && typeof native.real(`${root ?? ''}/${proc}`) === 'number')
    throw new UsageError('ARGUMENT', `--mount-proc: there is no folder ${root ?? ''}${proc}`)
  const [uid, gid] = [idOf(flags.setuid, '--setuid'), idOf(flags.setgid, '--setgid')]
  if (gid !== undefined && maps?.denySetgroups === true)
    throw new UsageError(
      'ARGUMENT',
      '--setgid: setgroups(2) is denied in a user namespace whose map of groups takes no privilege, and without it your groups stay: map more with --map-groups or --map-auto, which newgidmap(1) writes',
    )
  const isUser = flags['keep-caps'] === true && types.includes('user')
  return {
    types,
    files: filesOf(native, types, flags),
    maps,
    offsets: types.includes('time') ? offsetsOf(flags) : noOffsets(flags),
    fork: flags.fork === true || flags['kill-child'] !== undefined,
    killChild: killChildOf(flags['kill-child']),
    propagation: propagationOf(textOf(flags.propagation)),
    root,
    cwd: cwdOf(native, flags, root !== undefined || proc !== undefined),
    proc,
    program: { ...ofCaller(native, words), uid, gid, caps: isUser ? allCaps(native) : undefined },
  }
}

const isImplied = (type: NsFile, flags: Readonly<Values>) =>
  (type === 'user' && mapFlags.some((flag) => flags[flag] !== undefined)) ||
  (type === 'mnt' && flags['mount-proc'] !== undefined)

function filesOf(native: Native, types: readonly NsFile[], flags: Readonly<Values>): UnshareRequest['files'] {
  const files: Partial<Record<NsFile, string>> = {}
  for (const type of types) {
    const path = textOf(flags[longFlagName(type)])
    if (path !== undefined) files[type] = absolutePath(native, path)
  }
  return files
}

function offsetsOf(flags: Readonly<Values>): string {
  const lines: string[] = []
  for (const clock of ['monotonic', 'boottime'] as const) {
    const text = textOf(flags[clock])
    if (text === undefined) continue
    const seconds = numberOf(text.startsWith('-') ? text.slice(1) : text)
    if (seconds === undefined)
      throw new UsageError('ARGUMENT', `--${clock} ${JSON.stringify(text)}: not a number of seconds`)
    lines.push(`${clock} ${text} 0`)
  }
  return lines.join('\n')
}

function noOffsets(flags: Readonly<Values>): string {
  if (flags.monotonic !== undefined || flags.boottime !== undefined)
    throw new UsageError('ARGUMENT', '--monotonic and --boottime are for a new time namespace: add --time')
  return ''
}

function killChildOf(value: Values[string]): number | undefined {
  if (value === undefined) return undefined
  const signal = value === true ? SIGKILL : signalNumber(String(value))
  if (signal === undefined || signal === 0) throw new UsageError('ARGUMENT', `unknown signal ${JSON.stringify(value)}`)
  return signal
}

function propagationOf(text: string | undefined): number | undefined {
  if (text === 'unchanged') return undefined
  const name = text ?? 'private'
  if (name === 'private' || name === 'slave' || name === 'shared') return kinds[name] | MS_REC
  throw new UsageError('ARGUMENT', `unsupported propagation mode: ${name}: private, slave, shared or unchanged`)
}

function folderOf(native: Native, value: Values[string], flag: string): string | undefined {
  const path = textOf(value)
  const real = path === undefined ? undefined : native.real(path)
  if (typeof real === 'number') throw new UsageError('ARGUMENT', `${flag} ${path}: there is no such folder`)
  return real
}

// A root, and the mount of procfs, move the process to `/`.
function cwdOf(native: Native, flags: Readonly<Values>, moves: boolean): string | undefined {
  const path = textOf(flags.wd)
  const rooted = flags.root !== undefined
  if (path !== undefined) return rooted ? (path.startsWith('/') ? path : `/${path}`) : absolutePath(native, path)
  return moves && !rooted ? workingFolder(native) : undefined
}

function allCaps(native: Native): number {
  const path = '/proc/sys/kernel/cap_last_cap'
  const last = numberOf(String(native.read(path, 16)).trim())
  if (last === undefined) throw new UsageError('SYSTEM', `--keep-caps: cannot read ${path}: is /proc mounted?`)
  return 2 ** (Math.min(last, 40) + 1) - 1
}
