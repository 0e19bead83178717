import { align, marshal, newOutput } from './marshal.ts'
import { BusError, newInput, skipTo, takeU32, unmarshal } from './unmarshal.ts'
import type { Value, Variant } from './value.ts'

/** A message of D-Bus (D-Bus Specification, Message Protocol). What it has not is ''. */
export type Message = {
  readonly type: MessageType
  /** Counted by who sends, from 1. */
  readonly serial: number
  /** Of the call that a reply is to; 0: it is none. */
  readonly replySerial: number
  readonly path: string
  readonly interface: string
  readonly member: string
  readonly error: string
  readonly destination: string
  readonly sender: string
  readonly signature: string
  readonly body: readonly Value[]
}

export type MessageType = (typeof types)[number]

/** By number, from 1. */
const types = ['call', 'reply', 'error', 'signal'] as const

/** Header fields by number; each has its type. */
const fields = {
  path: [1, 'o'],
  interface: [2, 's'],
  member: [3, 's'],
  error: [4, 's'],
  destination: [6, 's'],
  sender: [7, 's'],
  signature: [8, 'g'],
} as const

const replySerial = 5
const version = 1
const fixedSize = 16

/** The largest message (D-Bus Specification). */
const maxMessage = 128 * 1024 * 1024

/** A call to send; it gets a reply. */
export type Call = Pick<Message, 'destination' | 'path' | 'interface' | 'member' | 'signature' | 'body'>

/** NO_AUTO_START: systemd is there or it is not. */
const flags = 2

export function encodeCall(call: Call, serial: number): Uint8Array {
  const body = newOutput()
  marshal(body, call.signature, call.body)
  const head: Value[] = []
  for (const name of ['path', 'destination', 'interface', 'member', 'signature'] as const) {
    const [number, signature] = fields[name]
    if (call[name] !== '') head.push([number, { signature, value: call[name] }])
  }
  const out = newOutput()
  marshal(out, 'yyyyuua(yv)', ['l'.charCodeAt(0), 1, flags, version, body.size, serial, head])
  align(out, 8)
  const bytes = new Uint8Array(out.size + body.size)
  bytes.set(out.bytes.subarray(0, out.size))
  bytes.set(body.bytes.subarray(0, body.size), out.size)
  return bytes
}

/** The size of the message that begins there; undefined: too few bytes have come to tell. Throws BusError. */
export function messageSize(bytes: Uint8Array): number | undefined {
  if (bytes.length < fixedSize) return undefined
  const input = opened(bytes)
  input.at = 4
  const body = takeU32(input)
  input.at = 12
  const size = fixedSize + Math.ceil(takeU32(input) / 8) * 8 + body
  if (size > maxMessage) throw new BusError('the message is too long')
  return size
}

/** A whole message. Throws BusError. */
export function decodeMessage(bytes: Uint8Array): Message {
  const input = opened(bytes)
  const [, number, , protocol, size, serial, head] = unmarshal(input, 'yyyyuua(yv)')
  const type = types[(number as number) - 1]
  if (type === undefined || protocol !== version) throw new BusError('not a message of this protocol')
  skipTo(input, 8)
  if (input.at + (size as number) !== bytes.length) throw new BusError('the size of the message is wrong')
  const found = headOf(head as readonly (readonly [number, Variant])[])
  const body = newInput(bytes.subarray(input.at), input.little)
  const values = unmarshal(body, found.signature)
  if (body.at !== size) throw new BusError('the body is longer than its signature')
  return { ...found, type, serial: serial as number, body: values }
}

function opened(bytes: Uint8Array) {
  const order = bytes[0]
  if (order !== 'l'.charCodeAt(0) && order !== 'B'.charCodeAt(0)) throw new BusError('not a message')
  return newInput(bytes, order === 'l'.charCodeAt(0))
}

type Head = Omit<Message, 'type' | 'serial' | 'body'>

// Fields that are not known are passed over, as the specification asks.
function headOf(pairs: readonly (readonly [number, Variant])[]): Head {
  const found: Record<string, Value> = { path: '', interface: '', member: '', error: '' }
  Object.assign(found, { destination: '', sender: '', signature: '', replySerial: 0 })
  for (const [number, { signature, value }] of pairs) {
    for (const name of Object.keys(fields) as (keyof typeof fields)[]) {
      if (fields[name][0] !== number) continue
      if (fields[name][1] !== signature) throw new BusError(`${name} is of type ${signature}`)
      found[name] = value
    }
    if (number === replySerial && signature === 'u') found.replySerial = value
  }
  return found as unknown as Head
}
