import { getUtf8, putUtf8 } from '../../spec/utf8.ts'

/** The socket of the system's bus. */
export const systemBus = '/run/dbus/system_bus_socket'

/** What the environment says of the user's bus: DBUS_SESSION_BUS_ADDRESS and XDG_RUNTIME_DIR; '' for one that is not set. */
export type Session = { readonly address: string; readonly runtimeDir: string }

/** The sockets of the user's bus, to be tried in this order. The name of an abstract socket begins with NUL. */
export function userBuses({ address, runtimeDir }: Session): readonly string[] {
  if (address !== '') return sockets(address)
  return runtimeDir === '' ? [] : [`${runtimeDir}/bus`]
}

/** `unix:path=/run/user/1000/bus,guid=…;unix:abstract=…` (D-Bus Specification, Server Addresses); other transports are left out. */
function sockets(address: string): readonly string[] {
  const found: string[] = []
  for (const one of address.split(';')) {
    if (!one.startsWith('unix:')) continue
    for (const pair of one.slice('unix:'.length).split(',')) {
      const [key = '', value = ''] = pair.split('=', 2)
      if (key === 'path') found.push(unescaped(value))
      if (key === 'abstract') found.push(`\0${unescaped(value)}`)
    }
  }
  return found
}

// Bytes other than letters, digits and a few signs are written as % and two hexadecimal digits.
function unescaped(value: string): string {
  if (!value.includes('%')) return value
  const bytes = new Uint8Array(3 * value.length)
  let size = 0
  for (let i = 0; i < value.length; i++) {
    const code = value.charAt(i) === '%' ? Number.parseInt(value.slice(i + 1, i + 3), 16) : Number.NaN
    if (Number.isNaN(code)) {
      size = putUtf8(bytes, size, value.charAt(i))
    } else {
      bytes[size++] = code
      i += 2
    }
  }
  return getUtf8(bytes.subarray(0, size))
}
