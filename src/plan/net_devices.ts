import { refuse } from '../failure.ts'
import { at } from '../spec/pointer.ts'
import type { Step } from '../step/step.ts'
import type { Context } from './context.ts'

/** Devices of the host that are in the container: what delete needs to have them back. */
export type MovedDevices = {
  /** The network namespace that is joined; without it the container's own. */
  readonly path?: string
  /** The names inside, by those on the host. */
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

/** A device that is not hardware ends with its namespace: a new one is kept here until the devices are back. */
const kept = '\0r/\0i/network' // placeholder.root, placeholder.id

/** Devices go into the network namespace that the init is in by now. */
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

/** Once nobody is in it any more: a namespace that was joined may be alive, or gone with all that was in it. */
export function* returnDevices({ path = kept, devices }: MovedDevices): Generator<Step> {
  for (const name of Object.keys(devices)) {
    yield { op: 'net_return', actor: 'parent', pointer: '', name, to: devices[name] ?? name, path }
  }
  if (path === kept) yield { op: 'net_release', actor: 'parent', pointer: '', path }
}
