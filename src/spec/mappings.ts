import type { IDMapping } from './mounts.ts'
import type { Report } from './pointer.ts'

/** The largest number of lines in /proc/PID/uid_map since Linux 4.15, and the largest write, which is less than a page (user_namespaces(7)). */
const maxMappings = 340
const mapRoom = 4095
/** So many lines always fit into one write. */
const someMappings = 100

/** The text for /proc/PID/uid_map: a line `inside outside size` for each. */
export function mapLines(mappings: readonly IDMapping[]): string {
  let lines = ''
  for (const { containerID, hostID, size } of mappings)
    lines += `${lines === '' ? '' : '\n'}${containerID} ${hostID} ${size}`
  return lines
}

/** Reports more mappings than the kernel accepts. Other rules check each mapping. */
export function mappingsFit(list: readonly IDMapping[], report: Report): boolean {
  if (list.length > maxMappings) report('', `${list.length} mappings, and the kernel takes ${maxMappings}`)
  if (list.length <= someMappings || list.length > maxMappings) return list.length <= maxMappings
  const lines = mapLines(list)
  if (lines.length <= mapRoom) return true
  const fit = lines.slice(0, mapRoom + 1).split('\n').length - 1
  report('', `the kernel takes ${mapRoom} bytes of mappings, which here take ${lines.length}: the first ${fit} fit`)
  return false
}
