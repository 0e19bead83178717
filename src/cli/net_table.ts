import type { Address, Link, NetworkFacts, Route } from '../machine/network.ts'
import { printable } from './log.ts'
import { columns } from './ns_table.ts'

/** A device, as JSON tells of it. */
export type DeviceObject = {
  readonly name: string
  readonly index: number
  readonly kind: string
  readonly up: boolean
  readonly carrier: boolean
  readonly state: string
  readonly mtu: number
  readonly mac: string | null
  /** The bridge whose port it is. */
  readonly bridge: string | null
  /** The index of the other end of a pair, in the network where that is. */
  readonly peer: number | null
  readonly addresses: readonly { readonly address: string; readonly prefix: number; readonly scope: string }[]
  readonly routes: readonly { readonly to: string; readonly gateway: string | null; readonly metric: number }[]
}

export function deviceObject({ links, addresses, routes }: NetworkFacts, link: Link): DeviceObject {
  const { name, index, kind, up, carrier, state, mtu, mac, master, peer } = link
  return {
    ...{ name, index, kind, up, carrier, state, mtu },
    mac: mac === '' ? null : mac,
    bridge: links.find((each) => each.index === master)?.name ?? null,
    peer: kind === 'veth' ? (peer ?? null) : null,
    addresses: addresses.filter((each) => each.index === index).map(told),
    routes: routes
      .filter((each) => each.index === index)
      .map(({ to, gateway, metric }) => ({ to: toOf(to), gateway: gateway ?? null, metric })),
  }
}

const told = ({ address, prefix, scope }: Address) => ({ address, prefix, scope })

const toOf = ({ address, prefix }: Route['to']) => (prefix === 0 ? 'default' : `${address}/${prefix}`)

/** A heading, and a line for each device. */
export function networkTable(network: NetworkFacts): string {
  const rows = network.links.map((link) => {
    const { name, kind, up, carrier, bridge, addresses } = deviceObject(network, link)
    const all = addresses.map(({ address, prefix }) => `${address}/${prefix}`)
    return [
      printable(name),
      kind,
      stateOf({ up, carrier }),
      printable(bridge ?? '-'),
      all.length === 0 ? '-' : all.join(' '),
    ]
  })
  return columns([['DEVICE', 'KIND', 'STATE', 'BRIDGE', 'ADDRESSES'], ...rows], '  ')
}

const stateOf = ({ up, carrier }: Pick<DeviceObject, 'up' | 'carrier'>) =>
  up ? (carrier ? 'up' : 'no carrier') : 'down'

/** All of a device, a line for each thing. */
export function deviceText(device: DeviceObject): string {
  const { name, kind, up, carrier, mtu, mac, bridge, peer, addresses, routes } = device
  const rows = [
    ['device', printable(name)],
    ['kind', kind],
    ['state', stateOf({ up, carrier })],
    ['mtu', `${mtu}`],
    ...(mac === null ? [] : [['mac', mac]]),
    ...(bridge === null ? [] : [['bridge', printable(bridge)]]),
    ...(peer === null ? [] : [['peer', `number ${peer} in its network`]]),
    ...addresses.map(({ address, prefix, scope }) => [
      'address',
      `${address}/${prefix}${scope === 'global' ? '' : ` (${scope})`}`,
    ]),
    ...routes.map(({ to, gateway }) => ['route', gateway === null ? to : `${to} by ${gateway}`]),
  ]
  return columns(rows, '  ')
}
