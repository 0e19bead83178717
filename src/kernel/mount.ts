import { mountOptions } from './mount_options.ts'

/** Attributes of one mount, for mount_setattr(2) and fsmount(2) (linux/mount.h). */
export const mountAttr = {
  rdonly: 0x00000001,
  nosuid: 0x00000002,
  nodev: 0x00000004,
  noexec: 0x00000008,
  noatime: 0x00000010,
  strictatime: 0x00000020,
  nodiratime: 0x00000080,
  idmap: 0x00100000,
  nosymfollow: 0x00200000,
} as const

/** The field of the three access time modes, in which relatime is 0. mount_setattr(2) can only clear it as a whole. */
export const mountAttrAtime = 0x00000070

/** With a propagation: also that of all mounts below (mount(2)). */
export const MS_REC = 0x4000

/** Propagation, for mount_setattr(2) and mount(2) (mount_namespaces(7)). */
export const propagation = { unbindable: 0x20000, private: 0x40000, slave: 0x80000, shared: 0x100000 } as const

/** Flags that only mount(2) has. */
export const mountFlag = { silent: 0x8000, iversion: 0x800000 } as const

/** The names of fsconfig(2) for flags of a superblock. */
export type SuperFlag = 'ro' | 'rw' | 'sync' | 'async' | 'dirsync' | 'lazytime' | 'nolazytime' | 'mand' | 'nomand'

/**
 * The effect of a mount option. Options are applied in order; each turns `attr` into `attr & ~clr | set`.
 *
 * - attr: this mount alone. `flag`: the flag for the superblock, if the mount makes a new one.
 * - recursive: the mount and all below it.
 * - propagation: `flags` for mount_setattr(2), on all below too where `recursive`.
 * - super: a flag of the superblock, by its fsconfig(2) name; without effect on a bind mount.
 * - legacy: a flag that mount(2) has and fsconfig(2) lacks.
 * - symlink: of a bind mount: a source that is one is made again at the destination, or is bound itself; a destination that is one is covered itself.
 * - bind, idmap, copyup (tmpcopyup), remount: as named. none: nothing.
 */
export type MountOption =
  | { readonly kind: 'attr'; readonly set: number; readonly clr: number; readonly flag?: SuperFlag }
  | { readonly kind: 'recursive'; readonly set: number; readonly clr: number }
  | { readonly kind: 'propagation'; readonly flags: number; readonly recursive: boolean }
  | { readonly kind: 'super'; readonly flag: SuperFlag }
  | { readonly kind: 'legacy'; readonly set: number; readonly clr: number }
  | { readonly kind: 'bind'; readonly recursive: boolean }
  | { readonly kind: 'idmap'; readonly recursive: boolean }
  | { readonly kind: 'symlink'; readonly of: 'copy' | 'source' | 'destination' }
  | { readonly kind: 'copyup' | 'remount' | 'none' }

/** The effect of an option; undefined: it is data for the file system. */
export function mountOption(name: string): MountOption | undefined {
  return effects.get(name)
}

function effectOf(name: string): MountOption | undefined {
  const recursive = name.startsWith('r') ? attrOption(name.slice(1)) : undefined
  const attr = attrOption(name)
  if (attr !== undefined) return attr
  if (recursive !== undefined) return { kind: 'recursive', set: recursive.set, clr: recursive.clr }
  return otherOption(name)
}

function attr(set: number, clr: number) {
  return { kind: 'attr', set, clr } as const
}

function attrOption(name: string): (MountOption & { kind: 'attr' }) | undefined {
  switch (name) {
    case 'ro':
      return { kind: 'attr', set: mountAttr.rdonly, clr: 0, flag: 'ro' }
    case 'rw':
      return { kind: 'attr', set: 0, clr: mountAttr.rdonly, flag: 'rw' }
    case 'nosuid':
      return attr(mountAttr.nosuid, 0)
    case 'suid':
      return attr(0, mountAttr.nosuid)
    case 'nodev':
      return attr(mountAttr.nodev, 0)
    case 'dev':
      return attr(0, mountAttr.nodev)
    case 'noexec':
      return attr(mountAttr.noexec, 0)
    case 'exec':
      return attr(0, mountAttr.noexec)
    case 'nodiratime':
      return attr(mountAttr.nodiratime, 0)
    case 'diratime':
      return attr(0, mountAttr.nodiratime)
    case 'nosymfollow':
      return attr(mountAttr.nosymfollow, 0)
    case 'symfollow':
      return attr(0, mountAttr.nosymfollow)
    default:
      return atimeOption(name)
  }
}

// The three modes exclude each other, so each clears the others; a negation only clears its own. Without a mode relatime
// holds, so norelatime has no effect (mount(2), since Linux 2.6.30).
function atimeOption(name: string): (MountOption & { kind: 'attr' }) | undefined {
  switch (name) {
    case 'relatime':
      return attr(0, mountAttrAtime)
    case 'noatime':
      return attr(mountAttr.noatime, mountAttrAtime)
    case 'strictatime':
      return attr(mountAttr.strictatime, mountAttrAtime)
    case 'atime':
      return attr(0, mountAttr.noatime)
    case 'nostrictatime':
      return attr(0, mountAttr.strictatime)
    case 'norelatime':
      return attr(0, 0)
    default:
      return undefined
  }
}

function otherOption(name: string): MountOption | undefined {
  switch (name) {
    case 'bind':
    case 'rbind':
      return { kind: 'bind', recursive: name === 'rbind' }
    case 'private':
    case 'slave':
    case 'shared':
    case 'unbindable':
      return { kind: 'propagation', flags: propagation[name], recursive: false }
    case 'rprivate':
      return { kind: 'propagation', flags: propagation.private, recursive: true }
    case 'rslave':
      return { kind: 'propagation', flags: propagation.slave, recursive: true }
    case 'rshared':
      return { kind: 'propagation', flags: propagation.shared, recursive: true }
    case 'runbindable':
      return { kind: 'propagation', flags: propagation.unbindable, recursive: true }
    case 'sync':
    case 'async':
    case 'dirsync':
    case 'lazytime':
    case 'nolazytime':
    case 'mand':
    case 'nomand':
      return { kind: 'super', flag: name }
    case 'idmap':
    case 'ridmap':
      return { kind: 'idmap', recursive: name === 'ridmap' }
    case 'copy-symlink':
      return { kind: 'symlink', of: 'copy' }
    case 'src-nofollow':
      return { kind: 'symlink', of: 'source' }
    case 'dest-nofollow':
      return { kind: 'symlink', of: 'destination' }
    case 'tmpcopyup':
      return { kind: 'copyup' }
    case 'remount':
      return { kind: 'remount' }
    case 'defaults':
      return { kind: 'none' }
    default:
      return legacyOption(name)
  }
}

function legacyOption(name: string): MountOption | undefined {
  switch (name) {
    case 'silent':
      return { kind: 'legacy', set: mountFlag.silent, clr: 0 }
    case 'loud':
      return { kind: 'legacy', set: 0, clr: mountFlag.silent }
    case 'iversion':
      return { kind: 'legacy', set: mountFlag.iversion, clr: 0 }
    case 'noiversion':
      return { kind: 'legacy', set: 0, clr: mountFlag.iversion }
    default:
      return undefined
  }
}

/** A table, as a config names an option for each of its mounts. It is made when the static binary is built. */
const effects: ReadonlyMap<string, MountOption | undefined> = new Map(
  mountOptions.map((name) => [name, effectOf(name)]),
)
