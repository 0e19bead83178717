/**
 * Namespaces by their OCI name: the flag of clone3(2), unshare(2) and setns(2), and the file below /proc/PID/ns for the namespace of the
 * process' children.
 */
export const namespaces = {
  user: { flag: 0x10000000, file: 'user' },
  uts: { flag: 0x04000000, file: 'uts' },
  ipc: { flag: 0x08000000, file: 'ipc' },
  pid: { flag: 0x20000000, file: 'pid_for_children' },
  mount: { flag: 0x00020000, file: 'mnt' },
  network: { flag: 0x40000000, file: 'net' },
  cgroup: { flag: 0x02000000, file: 'cgroup' },
  time: { flag: 0x00000080, file: 'time_for_children' },
} as const

export function ofChildren(type: keyof typeof namespaces): string {
  return `/proc/self/ns/${namespaces[type].file}`
}
