import { UsageError } from '../failure.ts'
import { changeNetwork, networkAt, placeNamed } from '../lifecycle/network.ts'
import type { Runtime } from '../lifecycle/runtime.ts'
import { planNetAdd, planNetRemove } from '../plan/network.ts'
import type { Step } from '../step/step.ts'
import { actNamed } from './acts.ts'
import type { CommandLine } from './line.ts'
import { additionOf } from './net_add.ts'
import { linkNamed } from './net_names.ts'
import { deviceObject, deviceText, networkTable } from './net_table.ts'
import { print } from './output.ts'
import type { Values } from './row.ts'

// In the static binary a module of its own, loaded when it is asked for.

/** `net`: the exit code. */
export function net(runtime: Runtime, line: CommandLine): number {
  const { flags } = line
  const { what, row, words } = actNamed('net', acts, line.words)
  const [, , , known, act] = row
  for (const flag of Object.keys(flags))
    if (!known.includes(flag)) throw new UsageError('ARGUMENT', `net ${what} has no flag --${flag}: ocits help net`)
  return act(runtime, words, flags)
}

type Act = (runtime: Runtime, words: readonly string[], flags: Readonly<Values>) => number

const ofAdd = ['name', 'address', 'gateway', 'route', 'bridge', 'bridge-address', 'peer', 'peer-name', 'peer-address']

/** What each takes: the least and the greatest number of its words, and what they are; its flags. */
const acts: Readonly<Record<string, readonly [number, number, string, readonly string[], Act]>> = {
  list: [0, 1, '[WHERE]', ['json'], listed],
  show: [1, 2, '[WHERE] DEVICE', ['json'], shown],
  add: [0, 1, '[WHERE]', [...ofAdd, 'device', 'move', 'plan'], added],
  remove: [1, 2, '[WHERE] DEVICE', ['plan'], removed],
}

function listed(runtime: Runtime, [where]: readonly string[], { json }: Readonly<Values>): number {
  const network = networkAt(runtime, placeNamed(runtime, where))
  const objects = () => network.links.map((link) => deviceObject(network, link))
  return print(runtime, json === true ? `${JSON.stringify(objects(), undefined, 2)}\n` : networkTable(network))
}

function shown(runtime: Runtime, words: readonly string[], { json }: Readonly<Values>): number {
  const { place, device } = named(runtime, words)
  const network = networkAt(runtime, place)
  const link = linkNamed(network, { of: place, name: device })
  const text =
    json === true
      ? `${JSON.stringify(deviceObject(network, link), undefined, 2)}\n`
      : deviceText(deviceObject(network, link))
  return print(runtime, text)
}

// The last word is the device; the one before it says where that is.
function named(runtime: Runtime, words: readonly string[]) {
  return { place: placeNamed(runtime, words.length > 1 ? words[0] : undefined), device: words[words.length - 1] ?? '' }
}

function added(runtime: Runtime, [where]: readonly string[], flags: Readonly<Values>): number {
  return carried(runtime, [...planNetAdd(additionOf(runtime, where, flags))], flags)
}

function removed(runtime: Runtime, words: readonly string[], flags: Readonly<Values>): number {
  const { place, device } = named(runtime, words)
  const { kind } = linkNamed(networkAt(runtime, place), { of: place, name: device })
  if (kind === 'loopback') throw new UsageError('ARGUMENT', `${device} of ${place.name} goes only with its network`)
  return carried(runtime, [...planNetRemove({ of: place, name: device })], flags)
}

function carried(runtime: Runtime, steps: readonly Step[], { plan }: Readonly<Values>): number {
  if (plan === true) return print(runtime, runtime.cold().explain(steps))
  changeNetwork(runtime, steps)
  return 0
}
