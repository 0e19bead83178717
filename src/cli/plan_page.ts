import { UsageError } from '../failure.ts'
import { loadBundle } from '../lifecycle/bundle.ts'
import { planOf } from '../lifecycle/create.ts'
import { pageOf } from '../program/page/page.ts'
import { runsOf, single } from '../program/runs.ts'
import { putUtf8 } from '../spec/utf8.ts'
import { commandRequest } from './dispatch.ts'
import type { CommandLine } from './line.ts'
import { print } from './output.ts'
import type { CommandRuntime } from './runtime.ts'
import { writeNew } from './write_new.ts'

/** `plan --html FILE`: the plan of create or run as a page; `-` is stdout. */
export function writePage(runtime: CommandRuntime, line: CommandLine): number {
  const { html, exec, json, against, all } = line.flags
  if (typeof html !== 'string' || html === '')
    throw new UsageError('ARGUMENT', 'say with --html where to write the page; - is stdout')
  if (exec !== undefined || json === true || against !== undefined)
    throw new UsageError(
      'ARGUMENT',
      '--html shows the plan of a bundle: it goes with none of --exec, --json and --against',
    )
  const request = commandRequest(runtime, line)
  const bundle = loadBundle(runtime, request.bundle)
  const steps = planOf(runtime, bundle, { id: 'ID', request })
  const { path, text, spec } = bundle
  const page = pageOf({ bundle: path, text, spec, runs: all === true ? single(steps) : runsOf(steps) })
  if (html === '-') return print(runtime, page)
  const room = new Uint8Array(3 * page.length)
  return writeNew(runtime, html, { content: room.subarray(0, putUtf8(room, 0, page)), mode: 0o644 })
}
