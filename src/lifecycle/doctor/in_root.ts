import { ELOOP, ENOTDIR } from '../../kernel/errnos.ts'
import { S_IFDIR, S_IFLNK, S_IFMT } from '../../kernel/files.ts'
import type { Native } from '../../native/table.ts'
import type { Mount } from '../../spec/mounts.ts'
import { clean } from '../../spec/path.ts'
import { isBind } from '../../spec/rules/mounts.ts'
import type { Spec } from '../../spec/spec.ts'

/** A root file system as it will be: the folder, and what the config mounts in it. */
export type Tree = { readonly native: Native; readonly spec: Spec; readonly bundle: string; readonly rootfs: string }

const mostLinks = 40

/**
 * The path on the host of a path in the root, as a process inside would reach it, or a number: -errno of what stands in the way. undefined: it lies in
 * a file system that is not there yet. It is only told of, never opened: what is told here is not used for anything else.
 */
export function inRoot(tree: Tree, path: string): string | number | undefined {
  let [done, left]: [string[], string[]] = [[], partsOf(path)]
  for (let links = 0; left.length > 0; ) {
    const [part = '', ...rest] = left
    left = rest
    if (part === '..') {
      done = done.slice(0, -1)
      continue
    }
    const inside = `/${[...done, part].join('/')}`
    const real = onHost(tree, inside)
    if (real === undefined) return undefined
    const mode = tree.native.mode(real)
    if (mode < 0) return mode
    if ((mode & S_IFMT) !== S_IFLNK) {
      if (left.length > 0 && (mode & S_IFMT) !== S_IFDIR) return -ENOTDIR
      done = [...done, part]
      continue
    }
    const target = tree.native.link(real)
    if (typeof target === 'number') return target
    if (++links > mostLinks) return -ELOOP
    if (target.startsWith('/')) done = []
    left = [...partsOf(target), ...left]
  }
  return onHost(tree, `/${done.join('/')}`)
}

const partsOf = (path: string) => path.split('/').filter((part) => part !== '' && part !== '.')

// The last mount that covers it counts. Of a file system that is made nobody knows what is in it.
function onHost({ native, spec, bundle, rootfs }: Tree, inside: string): string | undefined {
  let found: string | undefined = clean(`${rootfs}${inside}`)
  for (const mount of spec.mounts ?? []) {
    const target = clean(mount.destination)
    if (inside !== target && !inside.startsWith(`${target === '/' ? '' : target}/`)) continue
    if (mount.options?.includes('remount')) continue
    found = isBind(mount) ? `${sourceOf({ native, bundle }, mount)}${inside.slice(target.length)}` : undefined
  }
  return found
}

// Its own links are those of the host.
function sourceOf({ native, bundle }: Pick<Tree, 'native' | 'bundle'>, { source = '' }: Mount): string {
  const path = clean(source.startsWith('/') ? source : `${bundle}/${source}`)
  const real = native.real(path)
  return typeof real === 'string' ? real : path
}
