import { SpecFailure, UsageError, warnOf } from '../failure.ts'
import { errno } from '../kernel/errno.ts'
import { EFBIG } from '../kernel/errnos.ts'
import { S_IFDIR, S_IFMT } from '../kernel/files.ts'
import type { Native } from '../native/table.ts'
import { check, maxConfigSize } from '../spec/load.ts'
import { clean } from '../spec/path.ts'
import type { Fault } from '../spec/pointer.ts'
import type { Spec } from '../spec/spec.ts'
import type { Runtime } from './runtime.ts'

/** A config.json of so many bytes has no string that is too long for execve(2), which takes 131,072 bytes with its NUL, nor too many groups. */
const cannotExceed = 131_071

export type Bundle = {
  /** The bundle's folder: an absolute path without symlinks. */
  readonly path: string
  /** The text of config.json, and its content. */
  readonly text: string
  readonly spec: Spec
}

/** Reads a bundle and checks all that can be checked before anything is made. Throws UsageError and SpecFailure. */
export function loadBundle(runtime: Runtime, folder: string): Bundle {
  const bundle = readBundle(runtime, folder)
  checkRoot(runtime.native, bundle.path, bundle.spec)
  warnOf(runtime.warn, bundle.warnings, 'fields that are not taken as they stand')
  return bundle
}

/** The same without a look at its root file system; what is to be warned of is answered. */
export function readBundle(runtime: Runtime, folder: string): Bundle & { readonly warnings: readonly Fault[] } {
  const path = bundlePath(runtime.native, folder)
  const { text, mayExceed } = configText(runtime, path)
  const checked = check(text)
  if (checked === undefined) throw new SpecFailure(runtime.cold().configFaults(text))
  if ('faults' in checked) throw new SpecFailure(checked.faults)
  const tooMuch = mayExceed ? runtime.cold().limits(checked.spec) : []
  if (tooMuch.length > 0) throw new SpecFailure(tooMuch)
  return { path, text, spec: checked.spec, warnings: checked.warnings }
}

export function bundlePath(native: Native, folder: string): string {
  const path = native.real(folder)
  if (typeof path === 'number') throw new UsageError('BUNDLE', `bundle ${folder}: ${errno(-path).text}`)
  return path
}

/** The text of config.json. `mayExceed`: it is so large that the limits of the kernel have to be looked at (src/spec/limits.ts). */
export function configText(
  { native, cold }: Pick<Runtime, 'native' | 'cold'>,
  bundle: string,
): { readonly text: string; readonly mayExceed: boolean } {
  const path = `${bundle}/config.json`
  const small = native.read(path, cannotExceed)
  const text = small === -EFBIG ? native.read(path, maxConfigSize) : small
  if (typeof text === 'number') throw cold().unreadable(native, bundle, text)
  return { text, mayExceed: small === -EFBIG }
}

// The init opens the rootfs again, without symlinks, when it mounts it. This check only gives an error before anything is made.
function checkRoot(native: Native, bundle: string, { root }: Spec): void {
  if (root === undefined) return
  const path = clean(root.path.startsWith('/') ? root.path : `${bundle}/${root.path}`)
  const real = native.real(path)
  const mode = native.mode(path)
  const wrong =
    typeof real === 'number'
      ? `invalid rootfs: ${path}: ${errno(-real).text}`
      : real !== path
        ? 'invalid rootfs: not an absolute path, or a symlink'
        : mode < 0 || (mode & S_IFMT) !== S_IFDIR
          ? `invalid rootfs: ${path}: not a directory`
          : undefined
  if (wrong !== undefined) throw new SpecFailure([{ pointer: '/root/path', message: wrong }])
}
