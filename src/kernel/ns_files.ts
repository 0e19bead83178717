/**
 * Namespaces by the names of their files below /proc/PID/ns (namespaces(7)), as lsns(8) names the types, too: the flag of setns(2), and the name
 * that OCI has for the type.
 */
export const nsFiles = {
  user: { flag: 0x10000000, oci: 'user' },
  pid: { flag: 0x20000000, oci: 'pid' },
  mnt: { flag: 0x00020000, oci: 'mount' },
  net: { flag: 0x40000000, oci: 'network' },
  uts: { flag: 0x04000000, oci: 'uts' },
  ipc: { flag: 0x08000000, oci: 'ipc' },
  cgroup: { flag: 0x02000000, oci: 'cgroup' },
  time: { flag: 0x00000080, oci: 'time' },
} as const

export type NsFile = keyof typeof nsFiles

/** All of them; user comes first, as it owns the others. */
export const nsFileNames = Object.keys(nsFiles) as readonly NsFile[]

/** The type that a word names, the kernel's or OCI's. */
export const nsFileOf = (word: string): NsFile | undefined =>
  nsFileNames.find((name) => name === word || nsFiles[name].oci === word)
