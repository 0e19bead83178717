import { UsageError } from '../failure.ts'
import type { Link, NetworkFacts } from '../machine/network.ts'
import type { DeviceIn, NetPlace } from '../plan/network.ts'

/** The longest name that the kernel gives a device, in bytes (IFNAMSIZ). */
const longest = 15

/** What is wrong with a name for a device; undefined: it is one. */
function wrongIn(name: string): string | undefined {
  if (name === '' || name === '.' || name === '..') return 'it is none'
  for (const letter of name) {
    if (letter <= ' ' || letter === '/' || letter === ':' || letter === '%')
      return `it has ${JSON.stringify(letter)} in it`
    if (letter > '~') return 'it has letters other than those of ASCII'
  }
  return name.length > longest ? `it has ${name.length} bytes, and the kernel takes ${longest}` : undefined
}

/** A name for a device. Throws a UsageError. */
export function deviceName(name: string, flag: string): string {
  const wrong = wrongIn(name)
  if (wrong === undefined) return name
  throw new UsageError('ARGUMENT', `${flag} ${JSON.stringify(name)}: no name for a device: ${wrong}`)
}

/** The device with a name. Throws a UsageError where there is none. */
export function linkNamed({ links }: NetworkFacts, { of, name }: DeviceIn): Link {
  const link = links.find((each) => each.name === name)
  if (link !== undefined) return link
  throw new UsageError(
    'MISSING',
    `no device ${name} in ${of.name}: it has ${links.map((each) => each.name).join(', ')}`,
  )
}

/** Throws a UsageError where the name is in use already. */
export function checkFree({ links }: NetworkFacts, { of, name }: DeviceIn, flag: string): void {
  const link = links.find((each) => each.name === name)
  if (link === undefined) return
  throw new UsageError(
    'EXISTS',
    `${name} is in use in ${of.name}, by a device of the kind ${link.kind}: choose another name with ${flag}, or remove it`,
  )
}

/**
 * A name for the other end that is not in use: that of the device, and whose it is, so that a list of devices tells. It has 15 bytes at most, and is
 * unique as the names of containers are.
 */
export function peerName({ links }: NetworkFacts, { of, name }: DeviceIn): string {
  const words = of.name.slice(of.name.lastIndexOf('/') + 1)
  let whose = ''
  for (const letter of words) whose += wrongIn(letter) === undefined ? letter : '-'
  for (let number = 0; ; number++) {
    const end = `-${name}${number === 0 ? '' : `.${number}`}`
    const found = (whose.slice(0, Math.max(0, longest - end.length)) + end).slice(-longest)
    if (!links.some((each) => each.name === found)) return found
  }
}

/** The two networks of a pair, or of a move, must be two. Throws a UsageError. */
export function checkTwo(near: NetPlace, far: NetPlace): void {
  if (near.inode !== far.inode) return
  const own =
    near.name === far.name
      ? 'say whose: ocits net add ID|PID|PATH|NAME'
      : `${near.name} has no network of its own: it is in yours`
  throw new UsageError(
    'ARGUMENT',
    near.inode === undefined
      ? `both ends would be in this network: ${own}`
      : `both ends would be in the network of ${near.name}`,
  )
}
