/** What is written to a file of a cgroup so that it holds again what it held; `text` is what it says now, `value` what is about to be written. */
export function previous(file: string, value: string, text: string): string {
  const reset = resets(file)
  if (reset === undefined) return text.trim()
  const [key = '', second = ''] = value.split(' ')
  // `100` for all devices is read as `default 100`.
  const wanted = second === '' ? 'default' : key
  for (const line of text.split('\n')) {
    if (line.startsWith(`${wanted} `)) return second === '' ? line.slice(wanted.length + 1) : line
    if (second === '' && line === text.trim()) return line
  }
  return `${key} ${reset}`
}

// Files with a line for each device or interface, and what takes such a line away.
function resets(file: string): string | undefined {
  if (file === 'io.max') return 'rbps=max wbps=max riops=max wiops=max'
  if (file === 'io.weight' || file === 'io.bfq.weight') return 'default'
  if (file === 'rdma.max') return 'hca_handle=max hca_object=max'
  if (file === 'net_prio.ifpriomap') return '0'
  return file.startsWith('blkio.throttle.') || file.endsWith('weight_device') ? '0' : undefined
}
