import { maxMajor, maxMinor } from '../../kernel/devices.ts'
import type { Fault, Pointer } from '../../spec/pointer.ts'
import type { BlockIO, BlockIODeviceWeight, Resources } from '../../spec/resources.ts'
import { checkRange, type Integer } from './amount.ts'
import type { CgroupLine, Target, Version } from './write.ts'

const at = '/linux/resources/blockIO'

/** Limits of a device: the file of v1 (cgroup-v1/blkio-controller.rst), and the key in io.max of v2. */
const throttles = {
  throttleReadBpsDevice: ['blkio.throttle.read_bps_device', 'rbps'],
  throttleWriteBpsDevice: ['blkio.throttle.write_bps_device', 'wbps'],
  throttleReadIOPSDevice: ['blkio.throttle.read_iops_device', 'riops'],
  throttleWriteIOPSDevice: ['blkio.throttle.write_iops_device', 'wiops'],
} as const

/** blkio.* of cgroup v1 and io.* of v2. */
export function* blockIO({ blockIO }: Resources, { version }: Target): Generator<CgroupLine | Fault> {
  if (blockIO === undefined) return
  yield* weights(blockIO, version)
  for (const key of Object.keys(throttles) as (keyof typeof throttles)[]) {
    const [fileV1, keyV2] = throttles[key]
    for (const [i, device] of (blockIO[key] ?? []).entries()) {
      const pointer = `${at}/${key}/${i}`
      yield* checkDevice(device, pointer)
      // 0 removes a limit; v2 has the word `max` for that.
      const { major, minor, rate = 0 } = device
      const file = version === 1 ? fileV1 : 'io.max'
      const words = version === 1 ? String(rate) : `${keyV2}=${rate === 0 ? 'max' : rate}`
      yield { pointer, file, value: `${major}:${minor} ${words}`, ...(rate === 0 ? { missing_ok: true } : {}) }
    }
  }
}

function* weights(blockIO: BlockIO, version: Version): Generator<CgroupLine | Fault> {
  const { weight = 0, leafWeight = 0, weightDevice = [] } = blockIO
  yield* checkLeaf(leafWeight, at)
  if (weight !== 0) yield weightLine(`${at}/weight`, { device: '', weight, version })
  for (const [i, each] of weightDevice.entries())
    yield* deviceWeight(each, { pointer: `${at}/weightDevice/${i}`, version })
}

type Place = { readonly pointer: Pointer; readonly version: Version }

function* deviceWeight(each: BlockIODeviceWeight, { pointer, version }: Place): Generator<CgroupLine | Fault> {
  const { major, minor, weight = 0, leafWeight = 0 } = each
  yield* checkDevice(each, pointer)
  yield* checkLeaf(leafWeight, pointer)
  if (weight !== 0) yield weightLine(`${pointer}/weight`, { device: `${major}:${minor} `, weight, version })
}

function* checkLeaf(leafWeight: number, holder: Pointer): Generator<Fault> {
  const message = 'leaf weights were removed with the CFQ scheduler in Linux 5.0'
  if (leafWeight !== 0) yield { pointer: `${holder}/leafWeight`, message }
}

function* checkDevice({ major, minor }: { major: Integer; minor: Integer }, pointer: Pointer): Generator<Fault> {
  yield* checkRange(major, [0, maxMajor], `${pointer}/major`)
  yield* checkRange(minor, [0, maxMinor], `${pointer}/minor`)
}

type Weight = { readonly device: string; readonly weight: number; readonly version: Version }

// BFQ has the range of the spec, 10 to 1000; io.weight, of the cost model, has 1 to 10000.
function weightLine(pointer: Pointer, { device, weight, version }: Weight): CgroupLine {
  const value = `${device}${weight}`
  if (version === 1) {
    return { pointer, file: device === '' ? 'blkio.bfq.weight' : 'blkio.bfq.weight_device', value }
  }
  return {
    pointer,
    file: 'io.bfq.weight',
    value,
    otherwise: { file: 'io.weight', value: `${device}${ioWeight(weight)}` },
  }
}

/** Maps 10 to 1000 onto 1 to 10000. */
export function ioWeight(weight: number): number {
  return 1 + Math.floor(((weight - 10) * 9999) / 990)
}
