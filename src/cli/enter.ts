import { StepFailure, UsageError } from '../failure.ts'
import { errno } from '../kernel/errno.ts'
import { EINVAL } from '../kernel/errnos.ts'
import { longFlagName, type NsFile, nsFileNames } from '../kernel/ns_files.ts'
import { environmentOf, ofCaller, runCallersProgram } from '../lifecycle/callers_program.ts'
import { type Named, namespacesNamed, processNamed, startedAt } from '../lifecycle/namespaces.ts'
import type { Runtime } from '../lifecycle/runtime.ts'
import { asked, namespacesOf } from '../machine/namespaces.ts'
import { observe } from '../machine/observe.ts'
import type { Native } from '../native/table.ts'
import { type EnterRequest, planEnter } from '../plan/enter.ts'
import { refusal } from './enter_refusal.ts'
import { readGetopt } from './getopt.ts'
import type { CommandLine } from './line.ts'
import { textOf } from './line.ts'
import { namespaceCommands } from './namespace_commands.ts'
import { idOf } from './namespace_flags.ts'
import { print } from './output.ts'
import type { Values } from './row.ts'

type Read = {
  /** The id of a container, or a pid. */
  readonly target: string | undefined
  readonly paths: string[]
  readonly words: readonly string[]
  readonly flags: Values
}
type Asked = Read & { readonly named: Named | undefined }

/** `enter`: the exit status of the program. undefined: only --help or --version is asked for, behind the word that says whom. */
export function enterNamespaces(runtime: Runtime, line: CommandLine): number | undefined {
  const read = readOf(runtime.native, line)
  const { target, flags } = read
  if (flags.help === true || flags.version === true) return undefined
  const named = target === undefined ? undefined : processNamed(runtime, target)
  const request = requestOf(runtime, { ...read, named })
  const steps = [...planEnter(request)]
  if (flags.plan === true) return print(runtime, runtime.cold().explain(steps))
  try {
    return runCallersProgram(runtime, steps)
  } catch (failure) {
    throw failure instanceof StepFailure ? refusal(runtime, request, { named, failure }) : failure
  }
}

const isNamespace = (native: Native, path: string) => path.includes('/') && asked(native, path, '') !== undefined

// First whom, unless a flag says it; then the flags, which may also come before; paths of more namespaces; the program.
function readOf(native: Native, line: CommandLine): Read {
  let [words, flags] = [line.words, { ...line.flags }]
  const paths: string[] = []
  const held = nsFileNames.some((type) => typeof flags[longFlagName(type)] === 'string')
  if (flags.target === undefined && !held) {
    const [first, ...rest] = words
    if (first === undefined)
      throw new UsageError('ARGUMENT', 'enter: whom? a container, a process, or a file that holds a namespace')
    flags.target = first
    words = rest
  }
  const target = textOf(flags.target)
  const isPath = target?.includes('/') === true
  if (target !== undefined && isPath) paths.push(target)
  while (words[0] !== undefined && isNamespace(native, words[0])) {
    paths.push(words[0])
    words = words.slice(1)
  }
  if (words[0]?.startsWith('-')) {
    const more = readGetopt(words, { ...namespaceCommands.enter, getopt: '' }, 'enter')
    if ('wrong' in more) throw new UsageError('ARGUMENT', more.wrong)
    words = more.words
    flags = { ...flags, ...more.flags }
  }
  return { target: isPath ? undefined : target, paths, words, flags }
}

function requestOf(runtime: Runtime, { named, paths, words, flags }: Asked): EnterRequest {
  const { native } = runtime
  const held = filesOf(native, paths, flags)
  const own = namespacesOf(native, 'self')
  const types = named === undefined ? [] : typesOf(flags, { its: namespacesNamed(runtime, named), own, held })
  if (named === undefined)
    for (const type of nsFileNames)
      if (flags[longFlagName(type)] === true && !held.some((file) => file.type === type))
        throw new UsageError(
          'ARGUMENT',
          `--${longFlagName(type)}: of whom? say --target ID|PID, or --${longFlagName(type)}=FILE`,
        )
  const files = held.filter(({ type, path }) => asked(native, path, '')?.inode !== own?.[type])
  const joined = [...types, ...files.map(({ type }) => type)]
  const credentials = joined.includes('user') && flags['preserve-credentials'] !== true
  return {
    target: named === undefined ? undefined : { pid: named.pid, startTime: startedAt(native, named) },
    types,
    files,
    cgroups: flags['join-cgroup'] === true ? cgroupsOf(native, targetOf(named, 'join-cgroup')) : [],
    privileged: native.euid() === 0,
    fork: joined.includes('pid') && flags['no-fork'] !== true,
    root: placeOf(native, named, flags, 'root'),
    cwd: placeOf(native, named, flags, 'wd'),
    program: {
      ...ofCaller(native, words),
      ...(flags.env === true && { env: environmentOf(native, targetOf(named, 'env')) }),
      uid: idOf(flags.setuid, '--setuid') ?? (credentials ? 0 : undefined),
      gid: idOf(flags.setgid, '--setgid') ?? (credentials ? 0 : undefined),
      caps: undefined,
    },
  }
}

function filesOf(native: Native, paths: readonly string[], flags: Readonly<Values>): { type: NsFile; path: string }[] {
  const files: { type: NsFile; path: string }[] = []
  for (const path of paths) files.push({ type: typeOf(native, path), path })
  for (const type of nsFileNames) {
    const path = textOf(flags[longFlagName(type)])
    if (path === undefined) continue
    const found = typeOf(native, path)
    if (found !== type)
      throw new UsageError('ARGUMENT', `--${longFlagName(type)}=${path}: it holds a namespace of the type ${found}`)
    files.push({ type, path })
  }
  for (const [i, { type }] of files.entries())
    if (files.findIndex((each) => each.type === type) < i)
      throw new UsageError('ARGUMENT', `two files of the type ${type}`)
  return files
}

function typeOf(native: Native, path: string): NsFile {
  const found = asked(native, path, '')
  if (found !== undefined) return found.type
  const error = native.namespace(path, '')
  if (typeof error !== 'number') return 'user'
  const { name, text } = errno(-error)
  throw new UsageError('ARGUMENT', `${path}: ${name} (${text})${error === -EINVAL ? ': it holds no namespace' : ''}`)
}

type Inodes = Readonly<Partial<Record<NsFile, number>>>
type Choice = { readonly its: Inodes; readonly own: Inodes | undefined; readonly held: EnterRequest['files'] }

// Those that are named; without any, all. The caller's own cannot be entered, and need not.
function typesOf(flags: Readonly<Values>, { its, own, held }: Choice): NsFile[] {
  const wanted = nsFileNames.filter((type) => flags[longFlagName(type)] === true)
  const all = wanted.length === 0 || flags.all === true
  const isHeld = (type: NsFile) => held.some((file) => file.type === type)
  const chosen = nsFileNames.filter((type) => (all || wanted.includes(type)) && !isHeld(type))
  return chosen.filter((type) => its[type] !== undefined && its[type] !== own?.[type])
}

function targetOf(named: Named | undefined, flag: string): Named {
  if (named === undefined) throw new UsageError('ARGUMENT', `--${flag}: of whom? say --target ID|PID`)
  return named
}

function cgroupsOf(native: Native, { pid }: Named): string[] {
  const { v1, v2 } = observe(native, pid)
  return [...v1, ...(v2 === undefined ? [] : [v2])].map(({ mount, own }) => `${mount}${own}`)
}

// Without a value, that of the target.
function placeOf(
  native: Native,
  named: Named | undefined,
  flags: Readonly<Values>,
  flag: 'root' | 'wd',
): string | undefined {
  const value = flags[flag]
  if (value === undefined) return undefined
  const path = textOf(value)
  if (path?.startsWith('/')) return path
  if (path !== undefined) throw new UsageError('ARGUMENT', `--${flag} ${path}: an absolute path, seen from inside`)
  if (named === undefined) throw new UsageError('ARGUMENT', `--${flag}: of whom? say --target ID|PID, or --${flag}=DIR`)
  const found = native.link(`/proc/${named.pid}/${flag === 'wd' ? 'cwd' : 'root'}`)
  if (typeof found === 'number') throw new UsageError('SYSTEM', `--${flag} of ${named.word}: ${errno(-found).text}`)
  return found
}
