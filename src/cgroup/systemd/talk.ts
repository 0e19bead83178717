import {
  getManager,
  hello,
  matchJobs,
  resetFailedUnit,
  setUnitProperties,
  startTransientUnit,
  stopUnit,
  subscribe,
} from './calls.ts'
import { type Call, encodeCall, type Message } from './message.ts'
import { BusError } from './unmarshal.ts'
import type { Property, Value, Variant } from './value.ts'

/** systemd, or the bus, said no. */
export class SystemdError extends Error {
  override readonly name = 'SystemdError'
  /** The name of the error, as org.freedesktop.DBus.Error.AccessDenied; the result of a job, as failed. */
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** What a conversation wants next: bytes sent, or a message that comes. Who carries it out has the time limit. */
export type Turn = { readonly send: Uint8Array } | 'receive'

/** A conversation over a connection that is open; resumed with the message it asked for. */
export type Talk<T> = Generator<Turn, T, Message | undefined>

/** How far a connection is: how many calls were sent, and signals that came before anybody asked. */
export type Line = { serial: number; readonly signals: Message[] }

/** The first words on a connection. Throws SystemdError, and so do all that follow. */
export function* begin(): Talk<Line> {
  const line = { serial: 0, signals: [] }
  yield* must(line, hello)
  return line
}

/** systemd's version, 252 of `252.22-1~deb12u1`, and the cgroup of the manager, below which its units are. */
export function* manager(line: Line): Talk<{ readonly systemd: number; readonly cgroup: string }> {
  const version = textOf(yield* must(line, getManager('Version')))
  const cgroup = textOf(yield* must(line, getManager('ControlGroup')))
  return { systemd: versionOf(version), cgroup }
}

/** Makes a unit, and waits until it runs. What a failed unit of the same name left is removed first, if it is in the way. */
export function* startUnit(line: Line, name: string, properties: readonly Property[]): Talk<void> {
  yield* watchJobs(line)
  const start = startTransientUnit(name, properties)
  let answer = yield* ask(line, start)
  if (answer.error === 'org.freedesktop.systemd1.UnitExists') {
    yield* ask(line, resetFailedUnit(name))
    answer = yield* ask(line, start)
  }
  const result = yield* jobResult(line, checked(answer))
  if (result === 'done') return
  yield* ask(line, resetFailedUnit(name))
  throw new SystemdError(result, `systemd could not start ${name}: ${result}`)
}

/** Stops a unit and waits until it has; one that is gone is fine. */
export function* stop(line: Line, name: string): Talk<void> {
  yield* watchJobs(line)
  const answer = yield* ask(line, stopUnit(name))
  if (answer.error !== 'org.freedesktop.systemd1.NoSuchUnit') {
    const result = yield* jobResult(line, checked(answer))
    if (result !== 'done') throw new SystemdError(result, `systemd could not stop ${name}: ${result}`)
  }
  // Of a unit that has failed something stays; of others nothing, and then it is an error that nobody minds.
  yield* ask(line, resetFailedUnit(name))
}

/** Changes a unit that runs. */
export function* change(line: Line, name: string, properties: readonly Property[]): Talk<void> {
  yield* must(line, setUnitProperties(name, properties))
}

// Before the call that makes the job: it may end before its reply is read.
function* watchJobs(line: Line): Talk<void> {
  yield* must(line, matchJobs)
  yield* must(line, subscribe)
}

function* ask(line: Line, call: Call): Talk<Message> {
  const serial = ++line.serial
  yield { send: encodeCall(call, serial) }
  for (;;) {
    const message = yield* receive()
    if (message.replySerial === serial) return message
    if (message.type === 'signal') line.signals.push(message)
  }
}

function* must(line: Line, call: Call): Talk<Message> {
  return checked(yield* ask(line, call))
}

function* receive(): Talk<Message> {
  const message = yield 'receive'
  if (message === undefined) throw new BusError('nothing was received')
  return message
}

function checked(answer: Message): Message {
  if (answer.type !== 'error') return answer
  const [words] = answer.body
  throw new SystemdError(answer.error, typeof words === 'string' && words !== '' ? words : answer.error)
}

// JobRemoved: the number of the job, its path, its unit, its result.
function* jobResult(line: Line, answer: Message): Talk<string> {
  const [job] = answer.body
  for (;;) {
    const signal = line.signals.shift() ?? (yield* receive())
    if (signal.type !== 'signal' || signal.member !== 'JobRemoved') continue
    const [, path, , result] = signal.body
    if (path === job && typeof result === 'string') return result
  }
}

function textOf({ body: [value] }: Message): string {
  const text = isVariant(value) ? value.value : undefined
  if (typeof text !== 'string') throw new BusError('not a property of words')
  return text
}

function isVariant(value: Value | undefined): value is Variant {
  return typeof value === 'object' && 'signature' in value
}

function versionOf(text: string): number {
  let digits = ''
  for (const letter of text) {
    if (letter >= '0' && letter <= '9') digits += letter
    else if (digits !== '') break
  }
  return Number(digits)
}
