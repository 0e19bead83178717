import { MS_REC, mountAttr, mountAttrAtime, mountOption } from '../kernel/mount.ts'
import { type IdmapOption, idmapOption } from '../spec/idmap_option.ts'

/** The options of one mount, sorted by what they act on. */
export type MountOptions = {
  /** Attributes of this mount to set, and attributes to clear. */
  set: number
  clear: number
  /** The same for this mount and all below it. */
  setBelow: number
  clearBelow: number
  /** Propagation for mount_setattr(2), with MS_REC; 0: it stays as it is. */
  propagation: number
  /** For the superblock of a new file system: flags by name, then the data of its type. */
  superblock: string[]
  data: string[]
  bind: 'bind' | 'rbind' | undefined
  idmap: 'idmap' | 'ridmap' | undefined
  /** The maps in the value of an option. */
  maps: IdmapOption | undefined
  /** Whether the source or the destination of a bind mount is not followed if it is a symlink. */
  copySymlink: boolean
  sourceItself: boolean
  destinationItself: boolean
  copyup: boolean
  remount: boolean
}

/** Parses the options in order: of two that contradict each other, the later one holds. */
export function parseOptions(names: readonly string[]): MountOptions {
  const options: MountOptions = {
    set: 0,
    clear: 0,
    setBelow: 0,
    clearBelow: 0,
    propagation: 0,
    superblock: [],
    data: [],
    bind: undefined,
    idmap: undefined,
    maps: undefined,
    copySymlink: false,
    sourceItself: false,
    destinationItself: false,
    copyup: false,
    remount: false,
  }
  for (const name of names) take(options, name)
  return options
}

function take(options: MountOptions, name: string): void {
  const option = mountOption(name)
  if (option === undefined) {
    takeData(options, name)
    return
  }
  switch (option.kind) {
    case 'attr':
      options.set = (options.set & ~option.clr) | option.set
      options.clear = (options.clear & ~option.set) | whole(option.clr)
      break
    case 'recursive':
      options.setBelow = (options.setBelow & ~option.clr) | option.set
      options.clearBelow = (options.clearBelow & ~option.set) | whole(option.clr)
      break
    case 'propagation':
      options.propagation = option.flags | (option.recursive ? MS_REC : 0)
      break
    case 'super':
      options.superblock.push(option.flag)
      break
    case 'bind':
      options.bind = option.recursive ? 'rbind' : 'bind'
      break
    case 'idmap':
      options.idmap = option.recursive ? 'ridmap' : 'idmap'
      break
    case 'symlink':
      if (option.of === 'destination') options.destinationItself = true
      else options.sourceItself = true
      if (option.of === 'copy') options.copySymlink = true
      break
    case 'copyup':
      options.copyup = true
      break
    case 'remount':
      options.remount = true
      break
    case 'legacy': // silent is about the kernel's log; since Linux 6.1 every file system that can count versions does
    case 'none':
      break
  }
}

function takeData(options: MountOptions, name: string): void {
  const maps = name.includes('idmap=') ? idmapOption(name) : undefined
  if (typeof maps === 'object') {
    options.maps = maps
    options.idmap = maps.kind
    return
  }
  for (const part of splitData(name)) options.data.push(part)
}

// For mount_setattr(2) access times are one field, which can only be cleared as a whole.
function whole(clear: number): number {
  return clear & mountAttrAtime ? clear | mountAttrAtime : clear
}

/**
 * Splits the data of a file system at its commas. Commas in quotes (`context="a,b"`) and escaped ones (`lowerdir=/a\,b`) are part of a
 * value.
 */
export function splitData(option: string): readonly string[] {
  if (!option.includes(',')) return option === '' ? [] : [option]
  const parts: string[] = []
  let quoted = false
  let start = 0
  for (let i = 0; i < option.length; i++) {
    if (option[i] === '"') quoted = !quoted
    else if (option[i] === '\\') i++
    else if (option[i] === ',' && !quoted) {
      if (i > start) parts.push(option.slice(start, i))
      start = i + 1
    }
  }
  if (start < option.length) parts.push(option.slice(start))
  return parts
}

/** The flags of a bind mount that mount(2) replaces all together, as soon as one is given: all but access times. */
export const replaced = mountAttr.rdonly | mountAttr.nosuid | mountAttr.nodev | mountAttr.noexec | mountAttr.nosymfollow
