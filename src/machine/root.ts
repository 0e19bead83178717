import { UsageError } from '../failure.ts'
import type { Native } from '../native/table.ts'
import { clean } from '../spec/path.ts'
import { isInitialUserns } from './observe.ts'

/**
 * The folder of all state, absolute: the one that was asked for, else /run/ocits for the machine's root and
 * $XDG_RUNTIME_DIR/ocits for everybody else.
 */
export function stateRoot(native: Native, asked: string | undefined): string {
  if (asked === undefined) return ownRoot(native)
  const root = clean(absolutePath(native, asked))
  if (asked === '' || root === '/') throw new UsageError('ROOT', 'the state root must not be empty or /')
  return root
}

function ownRoot(native: Native): string {
  if (isMachineRoot(native)) return '/run/ocits'
  const runtime = native.env('XDG_RUNTIME_DIR')
  if (typeof runtime === 'number' || runtime === '')
    throw new UsageError(
      'ROOT',
      'XDG_RUNTIME_DIR is not set: say with --root where the state of containers is to be kept',
    )
  return `${runtime}/ocits`
}

// Engines without root rights run us as root of a user namespace, with USER still the user's: /run is not theirs.
function isMachineRoot(native: Native): boolean {
  if (native.euid() !== 0) return false
  const user = native.env('USER')
  if (typeof user === 'number' || user === '' || user === 'root') return true
  return isInitialUserns(native)
}

/** A path of the caller, absolute. */
export function absolutePath(native: Native, path: string): string {
  return path.startsWith('/') ? path : `${workingFolder(native)}/${path}`
}

export function workingFolder(native: Native): string {
  const here = native.real('.')
  if (typeof here === 'number') throw new UsageError('SYSTEM', 'the current directory is not there any more')
  return here
}
