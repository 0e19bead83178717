import { UsageError } from '../failure.ts'
import { errno } from '../kernel/errno.ts'
import { EPERM } from '../kernel/errnos.ts'
import { netnsFolder } from '../kernel/ns_files.ts'
import { asked, namespacesOf } from '../machine/namespaces.ts'
import { type NetworkFacts, readNetwork } from '../machine/network.ts'
import { absolutePath } from '../machine/root.ts'
import type { NetPlace } from '../plan/network.ts'
import type { Step } from '../step/step.ts'
import { perform } from './effects.ts'
import { execute, stepFailure } from './execute.ts'
import { processNamed, startedAt } from './namespaces.ts'
import type { Runtime } from './runtime.ts'

/** The network that this process is in. */
export const ownPlace: NetPlace = { name: 'this network', path: '', pid: 0, startTime: 0 }

/** The network of a container, of a process, of a file, or of a name in /run/netns; without a word the caller's own. Throws a UsageError. */
export function placeNamed(runtime: Runtime, word: string | undefined): NetPlace {
  if (word === undefined) return ownPlace
  const place = found(runtime, word)
  const { native } = runtime
  const its = asked(native, place.path, '')
  if (its === undefined) throw unreadable(runtime, place)
  if (its.type !== 'net') throw new UsageError('ARGUMENT', `${word}: it holds a namespace of the type ${its.type}`)
  // The caller may be in it without a right to enter it.
  return its.inode === namespacesOf(native, 'self')?.net ? { ...place, path: '' } : { ...place, inode: its.inode }
}

function found(runtime: Runtime, word: string): NetPlace {
  const { native } = runtime
  const file = word.includes('/') ? absolutePath(native, word) : `${netnsFolder}/${word}`
  const held = { name: word, path: file, pid: 0, startTime: 0 }
  if (word.includes('/')) return held
  try {
    const named = processNamed(runtime, word)
    return { name: word, path: `/proc/${named.pid}/ns/net`, pid: named.pid, startTime: startedAt(native, named) }
  } catch (failure) {
    if (!(failure instanceof UsageError) || failure.code !== 'MISSING') throw failure
    if (native.mode(file) >= 0) return held
    throw new UsageError('MISSING', `no container, no process and no ${file}: ${word}`, word)
  }
}

function unreadable({ native }: Runtime, { name, path, pid }: NetPlace): UsageError {
  const error = native.namespace(path, '')
  const { name: code, text } = errno(typeof error === 'number' ? -error : EPERM)
  const cure =
    pid !== 0
      ? 'to look at a process takes its user and its capabilities, or CAP_SYS_PTRACE (ptrace(2))'
      : 'it holds no namespace: one is made by `ip netns add` or `ocits ns pin`'
  return new UsageError('SYSTEM', `${name}: ${code} (${text}): ${cure}`)
}

/** What is in a network. Throws a UsageError where this caller may not enter it. */
export function networkAt({ native }: Runtime, { name, path }: NetPlace): NetworkFacts {
  const network = readNetwork(native, path)
  if (typeof network !== 'number') return network
  const { name: code, text } = errno(-network)
  const cure = network === -EPERM ? `: ${entering}` : ''
  throw new UsageError('SYSTEM', `the network of ${name}: ${code} (${text})${cure}`)
}

const entering =
  'to enter it takes CAP_SYS_ADMIN in the user namespace that owns it, and in your own: as root, or from inside by `ocits enter ID --user --net ocits net …`'

/** Carries out a change of networks. Throws a StepFailure, and then nothing is left of it but what it warns of. */
export function changeNetwork(runtime: Runtime, steps: readonly Step[]): void {
  // It makes no container: it has no state, and so neither a root of it nor an id.
  const stateless: Runtime = Object.create(runtime, { root: { value: '/' } })
  const outcome = perform(runtime.native, execute(stateless, '', { steps }))
  if (outcome.index === undefined) return
  // No record keeps what could not be undone, so it is told now; with --debug it was.
  if (runtime.debug === undefined) for (const note of outcome.notes) runtime.warn(stepFailure(runtime, steps, note))
  throw stepFailure(runtime, steps, outcome)
}
