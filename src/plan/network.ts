import type { Subnet } from '../kernel/ip.ts'
import type { Step } from '../step/step.ts'

/** A network namespace that a change of `ocits net` works in. */
export type NetPlace = {
  /** What steps and errors call it. */
  readonly name: string
  /** Its file; empty: the caller's own. */
  readonly path: string
  /** The process whose path that is, and when it was started; 0: nobody's. */
  readonly pid: number
  readonly startTime: number
  /** What tells one network from all others (namespaces(7)); undefined: the caller's own. */
  readonly inode?: number
}

/** A device of a network. */
export type DeviceIn = { readonly of: NetPlace; readonly name: string }

/** What `net add` makes. */
export type NetAdd = {
  readonly bridge: (DeviceIn & BridgeFacts) | undefined
  /** What gets the addresses; undefined: the bridge is all. */
  readonly device: (DeviceIn & { readonly from: From; readonly isUp: boolean }) | undefined
  readonly addresses: readonly Subnet[]
  readonly peerAddresses: readonly Subnet[]
  readonly routes: readonly { readonly to: Subnet; readonly gateway: string; readonly pointer: string }[]
  /** `lo` there is down, and what goes to an own address goes through it. */
  readonly loopback: boolean
}

type BridgeFacts = { readonly isThere: boolean; readonly isUp: boolean; readonly addresses: readonly Subnet[] }

/** Where it comes from: it is one end of a new pair, or it is moved from another network, or there already. */
export type From =
  | { readonly kind: 'veth'; readonly other: DeviceIn }
  | { readonly kind: 'move'; readonly was: DeviceIn }
  | { readonly kind: 'there' }

/** Opens each network once, whatever its path leads to later. */
function* opened(places: readonly (NetPlace | undefined)[]): Generator<Step> {
  const seen = new Set<string>()
  for (const place of places) {
    if (place === undefined || seen.has(place.name)) continue
    seen.add(place.name)
    const { name, path, pid, startTime: start_time } = place
    yield { op: 'net_open', actor: 'parent', pointer: '', name, path, pid, start_time }
  }
}

/** Everything that `net add` does, in order. When a step fails, those before it are undone in reverse. */
export function* planNetAdd(asked: NetAdd): Generator<Step> {
  const { bridge, device, addresses, routes, loopback } = asked
  const from = device?.from
  const far = from?.kind === 'veth' ? from.other.of : from?.kind === 'move' ? from.was.of : undefined
  yield* opened([far ?? bridge?.of, device?.of])
  if (bridge !== undefined) yield* bridged(bridge)
  if (device === undefined) return
  const { name } = device
  const of = device.of.name
  if (from?.kind === 'move') {
    const { was } = from
    yield { op: 'link_move', actor: 'parent', pointer: '--move', of: was.of.name, name: was.name, to_of: of, to: name }
  }
  if (from?.kind === 'veth') yield* paired(asked, device, from.other)
  for (const address of addresses) yield addressed(device, address, '--address')
  // A bridge, or the kernel's own search for duplicate addresses, finds the ends as they will be.
  if (!device.isUp) yield { op: 'link_up', actor: 'parent', pointer: '', of, device: name }
  if (loopback) yield { op: 'link_up', actor: 'parent', pointer: '', of, device: 'lo' }
  // A gateway is accepted only where an address of a device that is up has it in its network.
  for (const { to, gateway, pointer } of routes)
    yield { op: 'route', actor: 'parent', pointer, of, device: name, to: to.address, prefix: to.prefix, gateway }
}

function* bridged(bridge: DeviceIn & BridgeFacts): Generator<Step> {
  const { name, isThere, isUp, addresses } = bridge
  const of = bridge.of.name
  if (!isThere) yield { op: 'bridge', actor: 'parent', pointer: '--bridge', of, name }
  for (const address of addresses) yield addressed(bridge, address, '--bridge-address')
  if (!isUp) yield { op: 'link_up', actor: 'parent', pointer: '--bridge', of, device: name }
}

// Its other end is made by the same call where it belongs, so neither name is ever seen in the wrong network.
function* paired({ bridge, peerAddresses }: NetAdd, near: DeviceIn, far: DeviceIn): Generator<Step> {
  const ends = { of: near.of.name, name: near.name, other_of: far.of.name, other: far.name }
  yield { op: 'veth', actor: 'parent', pointer: '', ...ends }
  const it = { of: far.of.name, device: far.name }
  if (bridge !== undefined) yield { op: 'link_join', actor: 'parent', pointer: '--bridge', ...it, bridge: bridge.name }
  for (const address of peerAddresses) yield addressed(far, address, '--peer-address')
  yield { op: 'link_up', actor: 'parent', pointer: '', ...it }
}

function addressed({ of, name: device }: DeviceIn, { address, prefix }: Subnet, pointer: string): Step {
  return { op: 'address', actor: 'parent', pointer, of: of.name, device, address, prefix }
}

/** `net remove`: of a pair, both ends go. */
export function* planNetRemove({ of, name }: DeviceIn): Generator<Step> {
  yield* opened([of])
  yield { op: 'link_remove', actor: 'parent', pointer: '', of: of.name, device: name }
}
