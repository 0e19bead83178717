import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Spec } from '../../src/spec/spec.ts'
import { binary, runtime } from './binding.ts'
import { canary, untouched } from './canary.ts'
import { live } from './live.ts'
import { make } from './make.ts'
import { traces, unchanged } from './traces.ts'

// Images with unexpected files where the config and the runtime expect a plain file or folder. Whatever happens to the container, nothing
// outside may change.

const root = '/run/ocits-hostile'
export const ocits = runtime(binary, root)

/** A test that must leave the machine and the canary unchanged. */
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

/** Possible contents of an image: `→ path` is a symlink; programs with the other names make the rest. */
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

// A process that exits without closing its socket leaves the name of the socket.
const listen = `require('net').createServer().listen(process.argv[1], () => process.exit())`

/** A bundle with these files in its image. */
export async function image(spec: Spec, planted: Readonly<Record<string, Planted>>): Promise<string> {
  const bundle = await make(spec)
  for (const [path, what] of Object.entries(planted)) plant(`${bundle}/rootfs${path}`, what)
  return bundle
}

/** The targets of the links in hostile images: the canary, new names next to it, and a missing path. */
export const targets: readonly string[] = [canary, `../../../../../..${canary}/folder`, `${canary}/new`, '/dangling']
