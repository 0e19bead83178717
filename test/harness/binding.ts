import { existsSync } from 'node:fs'
import { type Options, type Running, run } from './run.ts'

export type Binding = { readonly name: string; readonly command: readonly string[] }

const dist = new URL('../../dist/', import.meta.url).pathname

/** `RUNTIME=/usr/bin/crun` in the environment tests another runtime instead, and so the tests themselves. */
const other = process.env.RUNTIME

/** The static executable, and the same command line in Node. */
export const binary: Binding = { name: 'ocits', command: [other ?? `${dist}ocits`] }
const node: Binding = { name: 'node', command: [process.execPath, `${dist}cli.js`] }
/** `BINDINGS=ocits`: without the one in Node, which takes seconds for each command on a slow machine. */
const wanted = process.env.BINDINGS?.split(' ') ?? ['ocits', 'node']
export const bindings: readonly Binding[] =
  other === undefined ? [binary, node].filter(({ name }) => wanted.includes(name)) : [binary]

for (const { command } of bindings)
  for (const file of command) if (!existsSync(file)) throw new Error(`${file} is missing: npm run build`)

export type Runtime = {
  /** The words before the verb, for scripts. */
  readonly command: readonly string[]
  readonly root: string
  /** The user who calls it and owns the state folder; unset: root. */
  readonly uid?: number
  (args: readonly string[], options?: Options): Running
}

/** The command line of a binding, with its own state folder. */
export function runtime(binding: Binding, root: string): Runtime {
  const command = [...binding.command, '--root', root]
  return Object.assign((args: readonly string[], options?: Options) => run([...command, ...args], options), {
    command,
    root,
  })
}

/** The static executable with the same state folder, for commands that are not under test, because Node starts slowly. */
export function aside({ root, uid }: Runtime): Runtime {
  const quick = runtime(binary, root)
  if (uid === undefined) return quick
  return Object.assign((args: readonly string[], options?: Options) => quick(args, { uid, ...options }), quick)
}
