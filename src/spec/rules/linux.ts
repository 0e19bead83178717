import { maxMajor, maxMinor } from '../../kernel/devices.ts'
import type { Device } from '../linux.ts'
import { namespace } from '../namespace.ts'
import { clean, hasControl, utf8Length } from '../path.ts'
import { at, below, type Report } from '../pointer.ts'
import type { Spec } from '../spec.ts'

/** IFNAMSIZ without its NUL. */
const maxInterface = 15

/** NAME_MAX and PATH_MAX (path_resolution(7)). */
const maxName = 255
const maxPath = 4095

/** devices, netDevices, maskedPaths, readonlyPaths, cgroupsPath. */
export function linuxRules(spec: Spec, report: Report, warn: Report): void {
  const { linux } = spec
  if (linux === undefined) return
  linux.devices?.forEach((each, index) => {
    device(each, below(report, `/linux/devices/${index}`))
  })
  if (linux.netDevices !== undefined) netDevices(spec, below(report, '/linux/netDevices'))
  covered(spec, 'maskedPaths', report)
  linux.maskedPaths?.forEach((path, index) => {
    if (clean(path) === '/') warn(at('linux', 'maskedPaths', index), 'the root itself cannot be masked: ignored')
  })
  covered(spec, 'readonlyPaths', report)
  if (linux.cgroupsPath !== undefined) cgroupsPath(linux.cgroupsPath, below(report, '/linux/cgroupsPath'))
}

function device(device: Device, report: Report): void {
  if (!device.path.startsWith('/') || clean(device.path) === '/') {
    report('/path', 'path of a device must be absolute')
  }
  if (device.type === 'p') return
  deviceNumber(device.major, maxMajor, below(report, '/major'))
  deviceNumber(device.minor, maxMinor, below(report, '/minor'))
}

function deviceNumber(number: number | bigint | undefined, max: number, report: Report): void {
  if (number === undefined) report('', 'must be specified: only a FIFO has no number')
  else if (number < 0 || number > max) report('', `must be between 0 and ${max}`)
}

function netDevices(spec: Spec, report: Report): void {
  const devices = Object.entries(spec.linux?.netDevices ?? {})
  if (devices.length > 0 && namespace(spec, 'network') === undefined) {
    report('', 'unable to move network devices without a private NET namespace')
  }
  const seen = new Set<string>()
  for (const [host, { name = '' }] of devices) {
    const inside = name === '' ? host : name
    if (!isInterface(host)) report(at(host), `invalid network device name ${JSON.stringify(host)}`)
    if (!isInterface(inside) && inside !== host) {
      report(at(host, 'name'), `invalid network device name ${JSON.stringify(name)}`)
    }
    if (seen.has(inside)) report(at(host), `another device gets the name ${JSON.stringify(inside)}`)
    seen.add(inside)
  }
}

// dev_valid_name() of the kernel; control characters are white space to it or no use to anybody, and `eth%d` is a pattern: the device gets another name.
function isInterface(name: string): boolean {
  if (name === '' || name === '.' || name === '..' || utf8Length(name) > maxInterface) return false
  if (name.includes('%')) return false
  return !hasControl(name) && !name.includes('/') && !name.includes(':') && !name.includes(' ')
}

function covered(spec: Spec, key: 'maskedPaths' | 'readonlyPaths', report: Report): void {
  const paths = spec.linux?.[key] ?? []
  if (paths.length > 0 && namespace(spec, 'mount') === undefined) {
    report(at('linux', key), 'unable to restrict sys entries without a private MNT namespace')
  }
  paths.forEach((path, index) => {
    if (!path.startsWith('/')) report(at('linux', key, index), 'the path must be absolute')
  })
}

function cgroupsPath(path: string, report: Report): void {
  const names = path.split('/')
  if (names.includes('..')) report('', 'the path must not hold ..')
  if (hasControl(path)) report('', 'the path must not hold control characters')
  if (utf8Length(path) > maxPath || names.some((name) => utf8Length(name) > maxName)) {
    report('', 'the path is too long')
  }
}
