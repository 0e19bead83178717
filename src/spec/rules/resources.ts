import { at, below, type Report } from '../pointer.ts'
import type { BlockIO, DeviceCgroup } from '../resources.ts'
import type { Spec } from '../spec.ts'

export function resourceRules(spec: Spec, report: Report): void {
  const resources = spec.linux?.resources
  if (resources === undefined) return
  resources.devices?.forEach((rule, index) => {
    deviceRule(rule, index, report)
  })
  const { memory, cpu, blockIO, unified } = resources
  if ((memory?.swappiness ?? 0) > 100) report('/linux/resources/memory/swappiness', 'must be between 0 and 100')
  if (cpu?.idle !== undefined && cpu.idle !== 0 && cpu.idle !== 1) {
    report('/linux/resources/cpu/idle', 'must be 0 or 1')
  }
  if (blockIO !== undefined) weights(blockIO, below(report, '/linux/resources/blockIO'))
  for (const key of Object.keys(unified ?? {})) {
    if (key.includes('/') || !key.includes('.') || key.startsWith('.')) {
      report(at('linux', 'resources', 'unified', key), 'not the name of a cgroup file')
    }
  }
}

function deviceRule(rule: DeviceCgroup, index: number, report: Report): void {
  const pointer = `/linux/resources/devices/${index}`
  const { type = 'a', access = '' } = rule
  if (type !== 'c' && type !== 'b' && type !== 'a' && type !== '') report(`${pointer}/type`, 'must be a, b or c')
  if (access === '') report(`${pointer}/access`, `device access at ${index} field cannot be empty`)
  // Nearly all rules have rwm.
  else if (access !== 'rwm' && ![...access].every((letter) => 'rwm'.includes(letter))) {
    report(`${pointer}/access`, 'access must be letters of r, w and m')
  }
  if (!isNumber(rule.major)) report(`${pointer}/major`, 'no number of a device')
  if (!isNumber(rule.minor)) report(`${pointer}/minor`, 'no number of a device')
}

/** -1 means all. */
function isNumber(number: number | bigint = -1): boolean {
  return number >= -1 && number <= 4_294_967_295
}

function weights(blockIO: BlockIO, report: Report): void {
  weight(blockIO, report)
  blockIO.weightDevice?.forEach((device, index) => {
    weight(device, below(report, `/weightDevice/${index}`))
  })
}

function weight(holder: Pick<BlockIO, 'weight' | 'leafWeight'>, report: Report): void {
  if (!isWeight(holder.weight)) report('/weight', 'must be between 10 and 1000')
  if (!isWeight(holder.leafWeight)) report('/leafWeight', 'must be between 10 and 1000')
}

/** Engines write 0 for not set. */
function isWeight(weight = 0): boolean {
  return weight === 0 || (weight >= 10 && weight <= 1000)
}
