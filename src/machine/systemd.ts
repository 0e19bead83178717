import { UsageError } from '../failure.ts'
import type { Native } from '../native/table.ts'
import type { Host, Systemd } from '../plan/host.ts'

/**
 * The systemd that makes cgroups for this caller: the machine's for root, else the user's own. Throws a UsageError where there is
 * none to be reached.
 */
export function systemd(native: Native, host: Host): Omit<Systemd, 'id'> {
  // sd_booted(3)
  if (native.mode('/run/systemd/system') < 0)
    throw new UsageError('SYSTEM', 'systemd cgroup flag passed, but systemd support is not available')
  if (!host.rootless) {
    const bus = address(native, 'DBUS_SYSTEM_BUS_ADDRESS') ?? '/run/dbus/system_bus_socket'
    return { bus, cgroup: '' }
  }
  const runtime = native.env('XDG_RUNTIME_DIR')
  const bus =
    address(native, 'DBUS_SESSION_BUS_ADDRESS') ?? (typeof runtime === 'string' ? `${runtime}/bus` : undefined)
  if (bus === undefined)
    throw new UsageError(
      'SYSTEM',
      "no bus of the user's systemd: set XDG_RUNTIME_DIR or DBUS_SESSION_BUS_ADDRESS, as a login does",
    )
  return { bus, cgroup: userCgroup(native, host) }
}

// A list of addresses (D-Bus Specification, Server Addresses): the first socket with a path.
function address(native: Native, name: string): string | undefined {
  const text = native.env(name)
  if (typeof text === 'number' || text === '') return undefined
  for (const each of text.split(';')) {
    const path = each.startsWith('unix:')
      ? each
          .slice('unix:'.length)
          .split(',')
          .find((part) => part.startsWith('path='))
      : undefined
    if (path !== undefined) return decodeURIComponent(path.slice('path='.length))
  }
  throw new UsageError('SYSTEM', `${name}: only a bus at unix:path= can be reached`)
}

// systemd.special(7): user@UID.service. We are below it as a rule; if not, it is where systemd-logind has it.
function userCgroup(native: Native, { euid, v1, v2 }: Host): string {
  const own = v1.find(({ controllers }) => controllers.includes('name=systemd'))?.own ?? v2?.own ?? ''
  const service = own.indexOf('.service', own.indexOf('/user@'))
  if (own.includes('/user@') && service >= 0) return own.slice(0, service + '.service'.length)
  const uid = outside(native, euid)
  return `/user.slice/user-${uid}.slice/user@${uid}.service`
}

// What a user namespace calls `id` is another number outside (user_namespaces(7), uid_map).
function outside(native: Native, id: number): number {
  const map = native.read('/proc/self/uid_map', 4096)
  for (const line of typeof map === 'number' ? [] : map.split('\n')) {
    const [inner = 0, outer = 0, count = 0] = line
      .split(' ')
      .filter((word) => word !== '')
      .map(Number)
    if (id >= inner && id < inner + count) return outer + id - inner
  }
  return id
}
