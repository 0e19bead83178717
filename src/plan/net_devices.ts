import { refuse } from '../failure.ts'
import { at } from '../spec/pointer.ts'
import type { Step } from '../step/step.ts'
import type { Context } from './context.ts'

/** Devices of the host that were moved into the container, and what delete needs to move them back. */
export type MovedDevices = {
  /** The network namespace that the container has joined; undefined: it has its own. */
  readonly path?: string
  /** The names in the container, by the names on the host. */
  readonly devices: Readonly<Record<string, string>>
}

export function networkOf({ spec, own }: Context): MovedDevices | undefined {
  const asked = spec.linux?.netDevices ?? {}
  const devices: Record<string, string> = {}
  for (const name of Object.keys(asked)) devices[name] = asked[name]?.name || name
  if (Object.keys(devices).length === 0) return undefined
  const path = own.network?.path
  return path === undefined ? { devices } : { path, devices }
}

/** The kernel deletes virtual devices together with their namespace, so a new one is kept here until they have been moved back. */
const kept = '\0r/\0i/network' // placeholder.root, placeholder.id

/** Moves devices into the network namespace of the init. */
export function* netDevices(context: Context): Generator<Step> {
  const network = networkOf(context)
  if (network === undefined) return
  const pointer = '/linux/netDevices'
  if (context.host.euid !== 0) refuse(pointer, 'network devices are not supported for rootless containers')
  const { path = kept, devices } = network
  if (path === kept) yield { op: 'net_keep', actor: 'parent', pointer, path }
  for (const name of Object.keys(devices)) {
    yield { op: 'net_device', actor: 'parent', pointer: pointer + at(name), name, to: devices[name] ?? name, path }
  }
}

/**
 * Moves the devices back when the container has ended, the last one first: the first of two ends of a pair can be recognized only when the other is back.
 * A namespace that it had joined may still exist, or be gone with its devices.
 */
export function* returnDevices({ path = kept, devices }: MovedDevices): Generator<Step> {
  for (const name of Object.keys(devices).reverse()) {
    yield { op: 'net_return', actor: 'parent', pointer: '', name, to: devices[name] ?? name, path }
  }
  if (path === kept) yield { op: 'net_release', actor: 'parent', pointer: '', path }
}
