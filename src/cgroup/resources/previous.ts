/** What to write to a file of a cgroup later, to undo the write of `value`; `text` is what the file says before that write. */
export function previous(file: string, value: string, text: string): string {
  // The file also tells what has happened, and takes only the switch of its first line.
  if (file === 'memory.oom_control') return /^oom_kill_disable (\d+)/.exec(text)?.[1] ?? '0'
  const reset = resets(file)
  if (reset === undefined) return text.trim()
  const [key = '', second = ''] = value.split(' ')
  // A weight without a device, such as `100`, is shown in the file as `default 100`.
  const wanted = second === '' ? 'default' : key
  for (const line of text.split('\n')) {
    if (line.startsWith(`${wanted} `)) return second === '' ? line.slice(wanted.length + 1) : line
    if (second === '' && line === text.trim()) return line
  }
  return `${key} ${reset}`
}

// Files with a line for each device or interface, and the value that removes such a line.
function resets(file: string): string | undefined {
  if (file === 'io.max') return 'rbps=max wbps=max riops=max wiops=max'
  if (file === 'io.weight' || file === 'io.bfq.weight') return 'default'
  if (file === 'rdma.max') return 'hca_handle=max hca_object=max'
  if (file === 'net_prio.ifpriomap') return '0'
  return file.startsWith('blkio.throttle.') || file.endsWith('weight_device') ? '0' : undefined
}
