import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import type { Runtime } from './binding.ts'
import { isV1 } from './cgroups.ts'
import { must, run } from './run.ts'

const top = new URL('../..', import.meta.url).pathname
const prepared = `/tmp/ocits-bundles.${process.pid}`
let count = 0

export const names: readonly string[] = readdirSync(`${top}bundles`)
  .filter((name) => existsSync(`${top}bundles/${name}/config.json`))
  .sort()

/** Where the bundle is kept in the project. */
export const shipped = (name: string): string => `${top}bundles/${name}`

/** A shipped bundle, copied, with the probe in it; its container has the bundle's name. */
export type Bundle = { readonly name: string; readonly path: string }

async function prepare(name: string): Promise<void> {
  if (!existsSync(`${prepared}/${name}`)) await must([`${top}scripts/bundles.sh`, prepared, name], { limit: 60_000 })
}

export async function bundle(name: string): Promise<Bundle> {
  await prepare(name)
  const path = `/tmp/ocits-bundle.${process.pid}.${count++}/${name}`
  mkdirSync(path, { recursive: true })
  cpSync(`${prepared}/${name}`, path, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true })
  return { name, path }
}

/** The file that holds what it should print here: expect.v2.txt where there is one and all cgroups are v2. */
export function expectation(name: string): string {
  const [usual, v2] = [`${shipped(name)}/expect.txt`, `${shipped(name)}/expect.v2.txt`]
  return !isV1 && existsSync(v2) ? v2 : usual
}

/** What create and run are told beside the bundle: words of its file `flags`. */
export function flags(name: string): readonly string[] {
  const file = `${shipped(name)}/flags`
  return existsSync(file) ? read(file).trim().split(' ') : []
}

/** Why this machine cannot run the bundle; undefined if it can. A bundle's needs.sh says so, which may ask build/probe. */
export async function unmet(name: string): Promise<string | undefined> {
  const script = `${shipped(name)}/needs.sh`
  if (!existsSync(script)) return undefined
  await prepare(name)
  const { code, stdout } = await run([script])
  return code === 0 ? undefined : stdout.trim()
}

/**
 * One of the scripts that stand beside a config: prepare (what git does not keep), setup (before create), during (while it runs), after
 * (once it is deleted), cleanup. Its output is part of what the bundle is expected to print.
 */
export async function script(
  { name, path }: Bundle,
  which: 'prepare' | 'setup' | 'during' | 'after' | 'cleanup',
  { command, out }: { readonly command: Runtime['command']; readonly out?: string },
): Promise<string> {
  if (!existsSync(`${path}/${which}.sh`)) return ''
  const env = { PATH: process.env.PATH ?? '', OCITS: command.join(' '), ID: name, OUT: out ?? '/dev/null' }
  return (await must([`./${which}.sh`], { cwd: path, env })).stdout
}

/** Runs `body` between a bundle's setup and cleanup. Prepared once more, as a copy does not keep owners. */
export async function within(bundle: Bundle, runtime: Runtime, body: () => Promise<void>): Promise<void> {
  await script(bundle, 'prepare', runtime)
  await script(bundle, 'setup', runtime)
  try {
    await body()
  } finally {
    await script(bundle, 'cleanup', runtime)
  }
}

export const read = (path: string): string => readFileSync(path, 'utf8')
