import { ipText, type Subnet } from '../kernel/ip.ts'
import type { Native } from '../native/table.ts'

/** A network device, as the kernel tells of it (rtnetlink(7), if_link.h). */
export type Link = {
  readonly index: number
  readonly name: string
  /** veth, bridge, dummy …; of what is no virtual device the layer below: loopback, ether, other. */
  readonly kind: string
  readonly up: boolean
  /** Something is plugged in: of a pair, the other end is up. */
  readonly carrier: boolean
  /** What the kernel calls that, up to a second later (RFC 2863): up, down, lowerlayerdown, unknown … */
  readonly state: string
  readonly mtu: number
  /** Its hardware address; empty: it has none. */
  readonly mac: string
  /** The index of the bridge whose port it is. */
  readonly master: number | undefined
  /** The index of its other end, in the network where that is. */
  readonly peer: number | undefined
}

export type Address = Subnet & { readonly index: number; readonly scope: string }

export type Route = {
  readonly to: Subnet
  readonly gateway: string | undefined
  /** Of the device that it leads to. */
  readonly index: number
  readonly metric: number
}

export type NetworkFacts = {
  readonly links: readonly Link[]
  readonly addresses: readonly Address[]
  /** Of the main table. */
  readonly routes: readonly Route[]
}

const RTM_GETLINK = 18
const RTM_GETADDR = 22
const RTM_GETROUTE = 26

/** All that is in a network namespace, that of its file, or with an empty path the caller's own; -errno where it may not be entered. */
export function readNetwork(native: Native, path: string): NetworkFacts | number {
  const links = native.network(path, RTM_GETLINK)
  const addresses = native.network(path, RTM_GETADDR)
  const routes = native.network(path, RTM_GETROUTE)
  if (typeof links === 'number') return links
  if (typeof addresses === 'number') return addresses
  if (typeof routes === 'number') return routes
  return {
    links: messagesOf(links).map(linkOf),
    addresses: messagesOf(addresses).map(addressOf),
    routes: messagesOf(routes)
      .map(routeOf)
      .filter(isMain)
      .map(({ route }) => route),
  }
}

/** What comes after the header of a message of netlink(7). */
type Body = { readonly view: DataView; readonly bytes: Uint8Array }

const headSize = 16
const aligned = (size: number) => (size + 3) & ~3

const bodyOf = (bytes: Uint8Array): Body => ({
  bytes,
  view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
})

function messagesOf(all: Uint8Array): Body[] {
  const { view } = bodyOf(all)
  const found: Body[] = []
  for (let at = 0; at + headSize <= all.length; ) {
    const size = view.getUint32(at, true)
    if (size < headSize) break
    found.push(bodyOf(all.subarray(at + headSize, at + size)))
    at += aligned(size)
  }
  return found
}

/** The attributes from a place on, by their types. */
function attributesOf({ view, bytes }: Body, start: number): Map<number, Body> {
  const found = new Map<number, Body>()
  for (let at = start; at + 4 <= bytes.length; ) {
    const size = view.getUint16(at, true)
    if (size < 4 || at + size > bytes.length) break
    found.set(view.getUint16(at + 2, true) & 0x3fff, bodyOf(bytes.subarray(at + 4, at + size)))
    at += aligned(size)
  }
  return found
}

const numberIn = (body: Body | undefined): number | undefined => body?.view.getUint32(0, true)

// A name is bytes; where they are no UTF-8 each is a letter of its own.
function textIn(body: Body | undefined): string {
  const bytes = [...(body?.bytes ?? [])].filter((byte) => byte !== 0)
  try {
    return decodeURIComponent(bytes.map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''))
  } catch {
    return String.fromCharCode(...bytes)
  }
}

const IFF_UP = 1
const IFF_LOWER_UP = 0x1_0000
const states = ['unknown', 'notpresent', 'down', 'lowerlayerdown', 'testing', 'dormant', 'up']
const hardware: Readonly<Record<number, string>> = { 1: 'ether', 772: 'loopback' } // ARPHRD_*

function linkOf(body: Body): Link {
  const { view } = body
  const all = attributesOf(body, 16)
  const info = all.get(18)
  const kind = info === undefined ? '' : textIn(attributesOf(info, 0).get(1))
  const mac = Array.from(all.get(1)?.bytes ?? [], (byte) => byte.toString(16).padStart(2, '0')).join(':')
  const peer = numberIn(all.get(5))
  return {
    index: view.getInt32(4, true),
    name: textIn(all.get(3)),
    kind: kind === '' ? (hardware[view.getUint16(2, true)] ?? 'other') : kind,
    up: (view.getUint32(8, true) & IFF_UP) !== 0,
    carrier: (view.getUint32(8, true) & IFF_LOWER_UP) !== 0,
    state: states[all.get(16)?.bytes[0] ?? 0] ?? 'unknown',
    mtu: numberIn(all.get(4)) ?? 0,
    mac,
    master: numberIn(all.get(10)),
    peer: peer === 0 ? undefined : peer,
  }
}

const scopes: Readonly<Record<number, string>> = { 0: 'global', 200: 'site', 253: 'link', 254: 'host' }

// A point to point one has both: IFA_LOCAL is its own end (if_addr.h).
function addressOf(body: Body): Address {
  const all = attributesOf(body, 8)
  const bytes = [...((all.get(2) ?? all.get(1))?.bytes ?? [])]
  const [, prefix = 0, , scope = 0] = body.bytes
  const index = body.view.getUint32(4, true)
  return { address: ipText(bytes), bytes, prefix, index, scope: scopes[scope] ?? `${scope}` }
}

const AF_INET6 = 10
const MAIN = 254
const UNICAST = 1

type Told = { readonly route: Route; readonly table: number; readonly type: number }

const isMain = ({ table, type }: Told) => table === MAIN && type === UNICAST

function routeOf(body: Body): Told {
  const all = attributesOf(body, 12)
  const [family, prefix = 0, , , table = 0, , , type = 0] = body.bytes
  const to = all.get(1)?.bytes ?? new Array<number>(family === AF_INET6 ? 16 : 4).fill(0)
  const gateway = all.get(5)
  return {
    route: {
      to: { address: ipText([...to]), bytes: [...to], prefix },
      gateway: gateway === undefined ? undefined : ipText([...gateway.bytes]),
      index: numberIn(all.get(4)) ?? 0,
      metric: numberIn(all.get(6)) ?? 0,
    },
    table: numberIn(all.get(15)) ?? table,
    type,
  }
}
