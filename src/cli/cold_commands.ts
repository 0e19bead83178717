import { faultLines, UsageError } from '../failure.ts'
import { loadBundle } from '../lifecycle/bundle.ts'
import { checkTerminal, planOf } from '../lifecycle/create.ts'
import { validate } from '../lifecycle/validate.ts'
import { compile } from '../program/compile.ts'
import { putUtf8 } from '../spec/utf8.ts'
import { completion } from './completion.ts'
import { commandRequest } from './dispatch.ts'
import { features } from './features.ts'
import { parseFully } from './full_parser.ts'
import { printable } from './log.ts'
import { print } from './output.ts'
import type { CommandLine } from './parse.ts'
import { runProgram } from './run_program.ts'
import type { CommandRuntime } from './runtime.ts'
import { teach } from './teacher.ts'
import { rootlessTemplate, template } from './template.ts'
import { writeNew } from './write_new.ts'

/** Executes a command that dispatch.ts does not; the exit code. */
export function command(runtime: CommandRuntime, line: CommandLine): number {
  switch (line.verb) {
    case 'plan':
    case 'diff':
    case 'doctor':
      return teach(runtime, line)
    case 'validate':
      return printFaults(runtime, line)
    case 'compile':
      return writeProgram(runtime, line)
    case 'spec':
      return writeSpec(runtime, line)
    case 'features':
      return print(runtime, `${JSON.stringify(features(), undefined, 4)}\n`)
    case 'completion':
      return printCompletion(runtime, line)
    case 'run':
      return runProgram(runtime, line)
    case 'enter':
      return printAside(runtime, line)
    default:
      throw new Error(`${line.verb} is not a command of this module`)
  }
}

// --help or --version behind the word that says whom: as before it.
function printAside(runtime: CommandRuntime, { verb, words }: CommandLine): number {
  const parsed = parseFully([verb, ...words.slice(words.findIndex((word) => word.startsWith('-')))], runtime.native)
  if (!('text' in parsed)) throw new Error(`${verb} asks for no text`)
  return print(runtime, parsed.text)
}

function printFaults(runtime: CommandRuntime, line: CommandLine): number {
  let warned = false
  const warn = (warning: Error) => {
    warned = true
    runtime.warn(warning)
  }
  // Not spread: that would ask for the root, which this command does not need.
  const counting: CommandRuntime = Object.create(runtime, { warn: { value: warn } })
  const faults = validate(counting, commandRequest(runtime, line))
  const lines = faultLines(faults).map((each) => `${printable(each)}\n`)
  print(runtime, lines.join(''))
  return faults.length > 0 || (warned && line.flags.strict === true) ? 1 : 0
}

function writeProgram(runtime: CommandRuntime, line: CommandLine): number {
  if (runtime.cgroupManager === 'systemd')
    throw new UsageError(
      'ARGUMENT',
      'a program serves any id, but a unit of systemd has the id in its name: no --systemd-cgroup',
    )
  const { output } = line.flags
  if (typeof output !== 'string' || output === '')
    throw new UsageError('ARGUMENT', 'say with --output where to write the program')
  const request = commandRequest(runtime, line)
  const bundle = loadBundle(runtime, request.bundle)
  checkTerminal(request, bundle.spec.process?.terminal === true)
  const content = compile(planOf(runtime, bundle, { id: 'ID', request }))
  return writeNew(runtime, output, { content, mode: 0o644 })
}

function writeSpec(runtime: CommandRuntime, { flags }: CommandLine): number {
  const folder = typeof flags.bundle === 'string' ? flags.bundle : '.'
  const spec =
    flags.rootless === true ? rootlessTemplate({ uid: runtime.native.euid(), gid: runtime.native.egid() }) : template()
  const text = `${JSON.stringify(spec, undefined, '\t')}\n`
  const content = new Uint8Array(text.length)
  putUtf8(content, 0, text)
  return writeNew(runtime, `${folder}/config.json`, { content, mode: 0o666 })
}

function printCompletion(runtime: CommandRuntime, { words }: CommandLine): number {
  const script = completion(words[0] ?? '')
  if (script === undefined) throw new UsageError('ARGUMENT', `no completion for ${words[0]}: bash, zsh or fish`)
  return print(runtime, script)
}
