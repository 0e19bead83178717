import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Spec } from '../../src/spec/spec.ts'
import { binary, runtime } from './binding.ts'
import { canary, untouched } from './canary.ts'
import { live } from './live.ts'
import { make } from './make.ts'
import { traces, unchanged } from './traces.ts'

// Images that hold something else where the config and the runtime expect a plain file or folder. Whatever becomes of the
// container, nothing outside of it may change.

const root = '/run/ocits-hostile'
export const ocits = runtime(binary, root)

/** A test that must leave the machine, and the canary, as they were. */
export const law = (name: string, body: () => Promise<void>, limit?: number): void =>
  live(
    name,
    async () => {
      const before = traces(root)
      await untouched(body)
      await unchanged(before, root)
    },
    limit,
  )

/** What an image may hold: `→ path` is a symlink, the others are made with the program of that name. */
export type Planted = `→ ${string}` | 'folder' | 'file' | 'fifo' | 'socket' | `c ${number}:${number}`

export function plant(path: string, what: Planted): void {
  mkdirSync(dirname(path), { recursive: true })
  if (what.startsWith('→ ')) symlinkSync(what.slice(2), path)
  else if (what === 'folder') mkdirSync(path)
  else if (what === 'file') writeFileSync(path, 'planted\n')
  else if (what === 'fifo') execFileSync('mkfifo', [path])
  else if (what === 'socket') execFileSync(process.execPath, ['-e', listen, path])
  else execFileSync('mknod', [path, 'c', ...what.slice(2).split(':')])
}

// A process that exits without closing leaves the socket's name.
const listen = `require('net').createServer().listen(process.argv[1], () => process.exit())`

/** A bundle with these things in its image. */
export async function image(spec: Spec, planted: Readonly<Record<string, Planted>>): Promise<string> {
  const bundle = await make(spec)
  for (const [path, what] of Object.entries(planted)) plant(`${bundle}/rootfs${path}`, what)
  return bundle
}

/** Where the links of hostile images lead: to the canary, to new names beside it, to nowhere. */
export const targets: readonly string[] = [canary, `../../../../../..${canary}/folder`, `${canary}/new`, '/dangling']
