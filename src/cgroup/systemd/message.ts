import { align, marshal, newOutput } from './marshal.ts'
import type { Value } from './value.ts'

/** A call to send (D-Bus Specification, Message Protocol); it gets a reply. A part that the call does not have is ''. */
export type Call = {
  readonly destination: string
  readonly path: string
  readonly interface: string
  readonly member: string
  readonly signature: string
  readonly body: readonly Value[]
}

/** Header fields by number; each has its type. */
const fields = {
  path: [1, 'o'],
  destination: [6, 's'],
  interface: [2, 's'],
  member: [3, 's'],
  signature: [8, 'g'],
} as const

const version = 1

/** NO_AUTO_START: the bus shall not try to start a systemd that does not run. */
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
