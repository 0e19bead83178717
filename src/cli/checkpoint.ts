import { UsageError } from '../failure.ts'
import { S_IFDIR, S_IFMT } from '../kernel/files.ts'
import { checkpoint } from '../lifecycle/checkpoint.ts'
import { perform } from '../lifecycle/effects.ts'
import { requestOf } from '../lifecycle/request.ts'
import { restore } from '../lifecycle/restore.ts'
import type { Runtime } from '../lifecycle/runtime.ts'
import { absolutePath } from '../machine/root.ts'
import type { Native } from '../native/table.ts'
import { type CgroupsMode, type CriuAsked, cgroupsModes } from '../plan/criu_request.ts'
import { clean } from '../spec/path.ts'
import { type CheckpointVerb, checkpointCommands } from './checkpoint_commands.ts'
import { type CommandLine, listOf, pathOf, textOf } from './line.ts'
import type { CommandRow, Values } from './row.ts'

// Containers as files: in the static binary a module of its own.

/** What a command of them takes; undefined: it is none of them. */
export const checkpointRow = (verb: string): CommandRow | undefined =>
  Object.hasOwn(checkpointCommands, verb) ? checkpointCommands[verb as CheckpointVerb] : undefined

/** Carries out a command line of one of them; the exit code. */
export function checkpointCommand(runtime: Runtime, line: CommandLine): number {
  const [id = ''] = line.words
  for (const [flag, why] of Object.entries(missing))
    if (line.flags[flag] !== undefined) throw new UsageError('ARGUMENT', `--${flag} is not supported: ${why}`, id)
  return line.verb === 'checkpoint' ? write(runtime, id, line) : read(runtime, id, line)
}

const missing = {
  'lazy-pages': 'all of the memory is in the images',
  'page-server': 'the images are files',
  'status-fd': 'it goes with --lazy-pages',
}

function write(runtime: Runtime, id: string, { flags }: CommandLine): number {
  const { native } = runtime
  const asked = askedOf(native, flags)
  const more = {
    preDump: flags['pre-dump'] === true,
    leaveRunning: flags['leave-running'] === true,
    tcpSkipInFlight: flags['tcp-skip-in-flight'] === true,
    parent: parentOf(native, asked.images, textOf(flags['parent-path'])),
  }
  perform(native, checkpoint(runtime, id, { ...asked, ...more }))
  return 0
}

function read(runtime: Runtime, id: string, { flags }: CommandLine): number {
  const { native } = runtime
  const request = requestOf({
    bundle: String(flags.bundle ?? '.'),
    mode: 'run',
    detach: flags.detach === true,
    pidFile: pathOf(native, flags['pid-file']),
    consoleSocket: pathOf(native, flags['console-socket']),
  })
  const labels = { lsmProfile: textOf(flags['lsm-profile']), lsmMountContext: textOf(flags['lsm-mount-context']) }
  const input = { request, asked: { ...askedOf(native, flags), ...labels }, fds: [0, 1, 2] }
  return perform(native, restore(runtime, id, input)).exitStatus ?? 0
}

function askedOf(native: Native, flags: Readonly<Values>): CriuAsked {
  checkEmpty(listOf(flags['empty-ns']))
  return {
    images: absolutePath(native, textOf(flags['image-path']) ?? 'checkpoint'),
    work: pathOf(native, flags['work-path']),
    tcpEstablished: flags['tcp-established'] === true,
    extUnixSk: flags['ext-unix-sk'] === true,
    shellJob: flags['shell-job'] === true,
    fileLocks: flags['file-locks'] === true,
    autoDedup: flags['auto-dedup'] === true,
    linkRemap: flags['link-remap'] === true,
    cgroupsMode: modeOf(textOf(flags['manage-cgroups-mode'])),
  }
}

/** The one that can be asked for is always made anew. */
function checkEmpty(names: readonly string[]): void {
  for (const name of names)
    if (name !== 'network') throw new UsageError('ARGUMENT', `--empty-ns ${JSON.stringify(name)}: expected network`)
}

function modeOf(name: string | undefined): CgroupsMode | undefined {
  if (name === undefined || Object.hasOwn(cgroupsModes, name)) return name as CgroupsMode | undefined
  const known = 'soft, full, strict or ignore'
  throw new UsageError('ARGUMENT', `--manage-cgroups-mode ${JSON.stringify(name)}: expected ${known}`)
}

function parentOf(native: Native, images: string, path: string | undefined): string | undefined {
  if (path === undefined) return undefined
  if (path.startsWith('/'))
    throw new UsageError('ARGUMENT', '--parent-path must be relative: it begins in the folder of the images')
  const from = native.real(images) // that folder may be yet to be made
  const folder = clean(`${typeof from === 'number' ? images : from}/${path}`)
  if ((native.mode(folder) & S_IFMT) !== S_IFDIR)
    throw new UsageError('ARGUMENT', `invalid --parent-path: ${folder}: not a directory`)
  return path
}
