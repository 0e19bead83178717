import { UsageError } from '../failure.ts'
import { ipOf, isIn, type Subnet, subnetOf } from '../kernel/ip.ts'
import { networkAt, ownPlace, placeNamed } from '../lifecycle/network.ts'
import type { Runtime } from '../lifecycle/runtime.ts'
import type { NetworkFacts } from '../machine/network.ts'
import type { DeviceIn, From, NetAdd, NetPlace } from '../plan/network.ts'
import { listOf, textOf } from './line.ts'
import { checkFree, checkTwo, deviceName, linkNamed, peerName } from './net_names.ts'
import type { Values } from './row.ts'

type Flags = Readonly<Values>

/** A network, and what is in it now. */
type Known = { readonly place: NetPlace; readonly network: NetworkFacts }

/** What `net add` is asked for, and whether the networks that it is for allow that. Throws a UsageError. */
export function additionOf(runtime: Runtime, where: string | undefined, flags: Flags): NetAdd {
  checkFlags(where, flags)
  const known = (place: NetPlace): Known => ({ place, network: networkAt(runtime, place) })
  const near = known(placeNamed(runtime, where))
  const elsewhere = flags.device === undefined
  const place = placeNamed(runtime, textOf(flags.peer))
  const alone = where === undefined && flags.bridge !== undefined
  if (elsewhere && !alone) checkTwo(near.place, place)
  const far = place === ownPlace && near.place === ownPlace ? near : known(place)
  const bridge = bridgeOf(far, flags)
  const nothing = { addresses: [], peerAddresses: [], routes: [], loopback: false }
  if (alone) return { bridge, device: undefined, ...nothing }
  const device = deviceOf(near, far, flags)
  const addresses = subnets(flags, 'address')
  const peerAddresses = subnets(flags, 'peer-address')
  checkNew(near, addresses, '--address')
  checkNew(far, [...peerAddresses, ...(bridge?.addresses ?? [])], '--peer-address and --bridge-address')
  for (const { address } of addresses)
    if ([...peerAddresses, ...(bridge?.addresses ?? [])].some((other) => other.address === address))
      throw new UsageError('ARGUMENT', `the address ${address} would be on both ends`)
  const lo = near.network.links.find(({ kind }) => kind === 'loopback')
  const loopback = near.place.path !== '' && lo !== undefined && !lo.up && device.name !== lo.name
  const its = near.network.links.find(({ name }) => name === device.name)?.index
  const present = near.network.addresses.filter(({ index }) => index === its)
  return { bridge, device, addresses, peerAddresses, routes: routesOf(flags, [...addresses, ...present]), loopback }
}

const together = (flags: Flags, ...names: string[]) => names.filter((name) => flags[name] !== undefined)

function checkFlags(where: string | undefined, flags: Flags): void {
  const kinds = together(flags, 'device', 'move', flags['peer-name'] === undefined ? 'bridge' : 'peer-name')
  if (kinds.length > 1 && (flags.device !== undefined || flags.move !== undefined))
    throw new UsageError(
      'ARGUMENT',
      `--${kinds.join(' and --')} do not go together: a new pair has another end, these have none`,
    )
  const without = (flag: string, needs: string, is: boolean) => {
    if (is && flags[flag] !== undefined) throw new UsageError('ARGUMENT', `--${flag} goes with ${needs}`)
  }
  without('bridge-address', '--bridge', flags.bridge === undefined)
  const paired = flags.device === undefined && flags.move === undefined
  for (const flag of ['peer-name', 'peer-address']) without(flag, 'a new pair', !paired)
  without('peer', 'a new pair, or --move', flags.device !== undefined)
  without('name', 'a new pair, or --move', flags.device !== undefined)
  if (where !== undefined || flags.bridge === undefined) return
  for (const flag of ['name', 'address', 'gateway', 'route', 'peer-name', 'peer-address'])
    without(flag, 'WHERE: without it --bridge makes a bridge, and nothing else', true)
}

function bridgeOf({ place, network }: Known, flags: Flags): NetAdd['bridge'] {
  const given = textOf(flags.bridge)
  if (given === undefined) return undefined
  const name = deviceName(given, '--bridge')
  const link = network.links.find((each) => each.name === name)
  if (link !== undefined && link.kind !== 'bridge')
    throw new UsageError(
      'EXISTS',
      `--bridge ${name}: ${name} of ${place.name} is no bridge, but of the kind ${link.kind}: choose another name`,
    )
  const all = subnets(flags, 'bridge-address')
  const here = network.addresses.filter(({ index }) => index === link?.index)
  // Who says each time what the bridge has is right each time.
  const isThere = (one: Subnet) => here.some(({ address, prefix }) => address === one.address && prefix === one.prefix)
  const addresses = all.filter((one) => !isThere(one))
  return { of: place, name, isThere: link !== undefined, isUp: link?.up === true, addresses }
}

function deviceOf(near: Known, far: Known, flags: Flags): NonNullable<NetAdd['device']> {
  const there = textOf(flags.device)
  if (there !== undefined) {
    const device = { of: near.place, name: there }
    return { ...device, from: { kind: 'there' }, isUp: linkNamed(near.network, device).up }
  }
  const moved = textOf(flags.move)
  const name = deviceName(textOf(flags.name) ?? moved ?? 'eth0', moved === undefined ? '--name' : '--move')
  const device = { of: near.place, name }
  const from = moved === undefined ? undefined : moveOf({ of: far.place, name: moved }, far.network)
  checkFree(near.network, device, '--name')
  return from === undefined
    ? { ...device, from: pairOf(device, far, flags), isUp: false }
    : { ...device, from, isUp: true }
}

function moveOf(was: DeviceIn, network: NetworkFacts): From {
  const { kind } = linkNamed(network, was)
  if (kind === 'loopback')
    throw new UsageError('ARGUMENT', `--move ${was.name}: it belongs to its network, and no other can have it`)
  return { kind: 'move', was }
}

function pairOf(device: DeviceIn, { place, network }: Known, flags: Flags): From {
  const given = textOf(flags['peer-name'])
  const other = { of: place, name: given === undefined ? peerName(network, device) : deviceName(given, '--peer-name') }
  checkFree(network, other, '--peer-name')
  return { kind: 'veth', other }
}

function subnets(flags: Flags, flag: string): Subnet[] {
  const found: Subnet[] = []
  for (const text of listOf(flags[flag])) {
    const subnet = subnetOf(text)
    if (subnet === undefined) {
      const bare = ipOf(text)
      const cure =
        bare === undefined ? '10.0.0.2/24 and fd00::2/64 are some' : `its network is missing, as in ${text}/24`
      throw new UsageError('ARGUMENT', `--${flag} ${JSON.stringify(text)}: no address with a prefix: ${cure}`)
    }
    if (found.some(({ address }) => address === subnet.address))
      throw new UsageError('ARGUMENT', `--${flag}: the address ${subnet.address} is given twice`)
    found.push(subnet)
  }
  return found
}

function checkNew({ place, network }: Known, wanted: readonly Subnet[], flag: string): void {
  for (const [i, { address }] of wanted.entries()) {
    if (wanted.findIndex((each) => each.address === address) < i)
      throw new UsageError('ARGUMENT', `${flag}: the address ${address} is given twice`)
    const there = network.addresses.find((each) => each.address === address)
    if (there === undefined) continue
    const on = network.links.find(({ index }) => index === there.index)?.name
    throw new UsageError('EXISTS', `the address ${address} is in use already: ${on} of ${place.name} has it`)
  }
}

/** As an address that is not there yet has no network that the kernel knows: told before anything is made. */
function routesOf(flags: Flags, own: readonly Subnet[]): NetAdd['routes'] {
  const found: NetAdd['routes'][number][] = []
  for (const text of listOf(flags.gateway)) {
    const gateway = gatewayOf(text, '--gateway', own)
    const to = subnetOf(gateway.bytes.length === 4 ? '0.0.0.0/0' : '::/0') as Subnet
    if (found.some((each) => each.to.address === to.address))
      throw new UsageError('ARGUMENT', `--gateway ${text}: there is one already: other networks are told with --route`)
    found.push({ to, gateway: gateway.address, pointer: '--gateway' })
  }
  for (const text of listOf(flags.route)) {
    const equals = text.indexOf('=')
    const to = subnetOf(text.slice(0, equals))
    if (equals < 0 || to === undefined)
      throw new UsageError('ARGUMENT', `--route ${JSON.stringify(text)}: no route: 10.1.0.0/16=10.0.0.1 is one`)
    const gateway = gatewayOf(text.slice(equals + 1), '--route', own)
    if (gateway.bytes.length !== to.bytes.length)
      throw new UsageError('ARGUMENT', `--route ${text}: one is an address of IPv4, the other of IPv6`)
    found.push({ to, gateway: gateway.address, pointer: '--route' })
  }
  return found
}

const linkLocal = subnetOf('fe80::/10') as Subnet

function gatewayOf(text: string, flag: string, own: readonly Subnet[]): Subnet {
  const gateway = ipOf(text)
  if (gateway === undefined)
    throw new UsageError('ARGUMENT', `${flag} ${JSON.stringify(text)}: no address: 10.0.0.1 and fd00::1 are some`)
  if (own.some(({ address }) => address === gateway.address))
    throw new UsageError('ARGUMENT', `${flag} ${text}: that is its own address`)
  if (own.some((net) => isIn(gateway, net)) || isIn(gateway, linkLocal)) return gateway
  const networks = own.map(({ address, prefix }) => `${address}/${prefix}`).join(', ')
  throw new UsageError(
    'ARGUMENT',
    `${flag} ${text}: none of its addresses (${networks || 'it has none'}) has that in its network: add --address`,
  )
}
