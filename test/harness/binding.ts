import { existsSync } from 'node:fs'
import { type Options, type Running, run } from './run.ts'

export type Binding = { readonly name: string; readonly command: readonly string[] }

const dist = new URL('../../dist/', import.meta.url).pathname

/** `RUNTIME=/usr/bin/crun` in the environment tries another runtime instead: the tests themselves are on trial then. */
const other = process.env.RUNTIME

/** The static binary, and the same command line in Node. */
export const binary: Binding = { name: 'ocits', command: [other ?? `${dist}ocits`] }
const node: Binding = { name: 'node', command: [process.execPath, `${dist}cli.js`] }
/** `BINDINGS=ocits`: not the one in Node, which takes seconds for each command on a slow machine. */
const wanted = process.env.BINDINGS?.split(' ') ?? ['ocits', 'node']
export const bindings: readonly Binding[] =
  other === undefined ? [binary, node].filter(({ name }) => wanted.includes(name)) : [binary]

for (const { command } of bindings)
  for (const file of command) if (!existsSync(file)) throw new Error(`${file} is missing: npm run build`)

export type Runtime = {
  /** The words before the verb, for scripts. */
  readonly command: readonly string[]
  readonly root: string
  /** Who calls it, and owns the state folder; unset: root. */
  readonly uid?: number
  (args: readonly string[], options?: Options): Running
}

/** The command line of a binding, with a state folder of its own. */
export function runtime(binding: Binding, root: string): Runtime {
  const command = [...binding.command, '--root', root]
  return Object.assign((args: readonly string[], options?: Options) => run([...command, ...args], options), {
    command,
    root,
  })
}

/** The static binary on the same state folder: for what is not on trial, as Node takes its time to start. */
export function aside({ root, uid }: Runtime): Runtime {
  const quick = runtime(binary, root)
  if (uid === undefined) return quick
  return Object.assign((args: readonly string[], options?: Options) => quick(args, { uid, ...options }), quick)
}
