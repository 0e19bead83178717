import { systemBus, userBuses } from '../cgroup/systemd/address.ts'
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
  if (!host.rootless) return { bus: systemBus, cgroup: '' }
  const text = (name: string) => {
    const value = native.env(name)
    return typeof value === 'number' ? '' : value
  }
  const buses = userBuses({ address: text('DBUS_SESSION_BUS_ADDRESS'), runtimeDir: text('XDG_RUNTIME_DIR') })
  const bus = buses.find((each) => !each.startsWith('\0'))
  if (bus === undefined)
    throw new UsageError(
      'SYSTEM',
      "no bus of the user's systemd: XDG_RUNTIME_DIR says where it is, or DBUS_SESSION_BUS_ADDRESS with a unix:path=",
    )
  return { bus, cgroup: userCgroup(native, host) }
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
