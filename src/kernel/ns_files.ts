import { namespaces } from './namespaces.ts'

const named = (oci: keyof typeof namespaces) => ({ flag: namespaces[oci].flag, oci })

/**
 * Namespaces by the names of their files below /proc/PID/ns (namespaces(7)), as lsns(8) names the types, too: the flag of setns(2), and the name
 * that OCI has for the type.
 */
export const nsFiles = {
  user: named('user'),
  pid: named('pid'),
  mnt: named('mount'),
  net: named('network'),
  uts: named('uts'),
  ipc: named('ipc'),
  cgroup: named('cgroup'),
  time: named('time'),
} as const

export type NsFile = keyof typeof nsFiles

/** All of them; user comes first, as it owns the others. */
export const nsFileNames = Object.keys(nsFiles) as readonly NsFile[]

/** The names of ip-netns(8): what one of the two makes, the other finds. */
export const netnsFolder = '/run/netns'

/** The type that a word names, the kernel's or OCI's. */
export const nsFileOf = (word: string): NsFile | undefined =>
  nsFileNames.find((name) => name === word || nsFiles[name].oci === word)

/** The flags of several types together. */
export const flagsOf = (types: readonly NsFile[]): number => types.reduce((all, type) => all + nsFiles[type].flag, 0)

/** The flag of the command line for a type, as unshare(1) and nsenter(1) name it. */
export const longFlagName = (type: NsFile): string => (type === 'mnt' ? 'mount' : type)
