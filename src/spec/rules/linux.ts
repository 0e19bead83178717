import { maxMajor, maxMinor } from '../../kernel/devices.ts'
import type { Device } from '../linux.ts'
import { namespace } from '../namespace.ts'
import { clean, utf8Length } from '../path.ts'
import { at, type Fault, type Pointer } from '../pointer.ts'
import type { Spec } from '../spec.ts'

/** IFNAMSIZ without its NUL. */
const maxInterface = 15

/** NAME_MAX and PATH_MAX (path_resolution(7)). */
const maxName = 255
const maxPath = 4095

export function* devices(spec: Spec): Generator<Fault> {
  for (const [index, device] of (spec.linux?.devices ?? []).entries()) {
    const pointer = at('linux', 'devices', index)
    if (!device.path.startsWith('/') || clean(device.path) === '/') {
      yield { pointer: `${pointer}/path`, message: 'path of a device must be absolute' }
    }
    if (device.type !== 'p') yield* deviceNumber(device, pointer)
  }
}

function* deviceNumber(device: Device, pointer: Pointer): Generator<Fault> {
  for (const [key, max] of [
    ['major', maxMajor],
    ['minor', maxMinor],
  ] as const) {
    const number = device[key]
    if (number === undefined) yield { pointer: `${pointer}/${key}`, message: `${key} must be specified` }
    else if (number < 0 || number > max) {
      yield { pointer: `${pointer}/${key}`, message: `${key} must be between 0 and ${max}` }
    }
  }
}

export function* netDevices(spec: Spec): Generator<Fault> {
  const entries = Object.entries(spec.linux?.netDevices ?? {})
  if (entries.length > 0 && namespace(spec, 'network') === undefined) {
    const message = 'unable to move network devices without a private NET namespace'
    yield { pointer: '/linux/netDevices', message }
  }
  const seen = new Set<string>()
  for (const [host, { name = '' }] of entries) {
    const inside = name === '' ? host : name
    const pointer = at('linux', 'netDevices', host)
    if (!isInterface(host)) yield { pointer, message: `invalid network device name ${JSON.stringify(host)}` }
    if (name !== '' && !isInterface(name)) {
      yield { pointer: `${pointer}/name`, message: `invalid network device name ${JSON.stringify(name)}` }
    }
    if (seen.has(inside)) {
      yield { pointer, message: `another device gets the name ${JSON.stringify(inside)}` }
    }
    seen.add(inside)
  }
}

// dev_valid_name() of the kernel; control characters are white space to it or no use to anybody.
function isInterface(name: string): boolean {
  if (name === '' || name === '.' || name === '..' || utf8Length(name) > maxInterface) return false
  return !hasControl(name) && !name.includes('/') && !name.includes(':') && !name.includes(' ')
}

/** maskedPaths, readonlyPaths, cgroupsPath. */
export function* linuxPaths(spec: Spec): Generator<Fault> {
  for (const key of ['maskedPaths', 'readonlyPaths'] as const) {
    const paths = spec.linux?.[key] ?? []
    if (paths.length > 0 && namespace(spec, 'mount') === undefined) {
      yield { pointer: at('linux', key), message: 'unable to restrict sys entries without a private MNT namespace' }
    }
    for (const [index, path] of paths.entries()) {
      if (!path.startsWith('/')) yield { pointer: at('linux', key, index), message: 'the path must be absolute' }
    }
  }
  yield* cgroupsPath(spec.linux?.cgroupsPath ?? '')
}

function* cgroupsPath(path: string): Generator<Fault> {
  const pointer = '/linux/cgroupsPath'
  const names = path.split('/')
  if (names.includes('..')) yield { pointer, message: 'the path must not hold ..' }
  if (hasControl(path)) yield { pointer, message: 'the path must not hold control characters' }
  if (utf8Length(path) > maxPath || names.some((name) => utf8Length(name) > maxName)) {
    yield { pointer, message: 'the path is too long' }
  }
}

function hasControl(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) < 0x20 || text.charCodeAt(i) === 0x7f) return true
  return false
}
