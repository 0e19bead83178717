import { plain } from './quote.ts'

/** Writes paths that differ in one part with braces, as in a shell: `/sys/fs/cgroup/{cpu,memory}/web`. */
export function fold(paths: readonly string[]): string {
  const [first = ''] = paths
  if (paths.length < 2) return plain(first)
  const prefix = sharedStart(paths)
  const suffix = sharedEnd(paths, prefix.length)
  const middles = paths.map((path) => path.slice(prefix.length, path.length - suffix.length))
  return plain(`${prefix}{${middles.join(',')}}${suffix}`)
}

// The common parts end and begin at a slash.
function sharedStart(paths: readonly string[]): string {
  const [first = ''] = paths
  let length = first.length
  for (const path of paths) while (!path.startsWith(first.slice(0, length))) length--
  return first.slice(0, first.lastIndexOf('/', length - 1) + 1)
}

function sharedEnd(paths: readonly string[], start: number): string {
  const [first = ''] = paths
  let from = start
  for (const path of paths) {
    while (!path.endsWith(first.slice(from)) || path.length - start < first.length - from) from++
  }
  const slash = first.indexOf('/', from)
  return slash < 0 ? '' : first.slice(slash)
}
