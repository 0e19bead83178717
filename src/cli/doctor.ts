import { placeOf } from '../failure.ts'
import { diagnose } from '../lifecycle/doctor/doctor.ts'
import type { Finding } from '../lifecycle/doctor/finding.ts'
import type { Spec } from '../spec/spec.ts'
import { type Paint, paintOf } from './colours.ts'
import { commandRequest } from './dispatch.ts'
import type { CommandLine } from './line.ts'
import { printable } from './log.ts'
import { print } from './output.ts'
import type { CommandRuntime } from './runtime.ts'
import { rootlessTemplate, template } from './template.ts'

/** `doctor`: 1 if something is missing that the bundle needs, or without one the container of `ocits spec`. */
export function printFindings(runtime: CommandRuntime, line: CommandLine): number {
  const { native } = runtime
  const { flags, words } = line
  const name = flags.bundle ?? words[0]
  const usual = (): Spec =>
    native.euid() === 0 ? (template() as Spec) : (rootlessTemplate({ uid: native.euid(), gid: native.egid() }) as Spec)
  const found = diagnose(runtime, name === undefined ? { spec: usual() } : { request: commandRequest(runtime, line) })
  print(runtime, flags.json === true ? `${JSON.stringify(found, undefined, 2)}\n` : table(found, paintOf(native, 1)))
  return found.some(({ state }) => state === 'missing') ? 1 : 0
}

const colours = { ok: 'green', absent: 'yellow', missing: 'red' } as const

function table(found: readonly Finding[], paint: Paint): string {
  const width = found.reduce((most, { subject }) => Math.max(most, subject.length), 0)
  return found
    .map(({ state, subject, detail, cure, pointer }) => {
      // The message of a step names its field itself.
      const place = pointer === undefined || detail.startsWith('config.json') ? '' : `${placeOf(pointer)}: `
      const words = printable(`${place}${detail}${cure === undefined || state === 'ok' ? '' : `: ${cure}`}`)
      return `${paint(colours[state], state.padEnd('missing'.length))}  ${subject.padEnd(width)}  ${words}`.trimEnd()
    })
    .map((text) => `${text}\n`)
    .join('')
}
