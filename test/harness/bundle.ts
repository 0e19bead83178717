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

/** The folder of the bundle in the project. */
export const shipped = (name: string): string => `${top}bundles/${name}`

/** A copy of a shipped bundle with the probe in it; its container has the bundle's name. */
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

/** The file with the expected output on this machine: expect.v2.txt if it exists and all cgroups are v2. */
export function expectation(name: string): string {
  const [usual, v2] = [`${shipped(name)}/expect.txt`, `${shipped(name)}/expect.v2.txt`]
  return !isV1 && existsSync(v2) ? v2 : usual
}

/** Further flags for create and run: the words of the file `flags`. */
export function flags(name: string): readonly string[] {
  const file = `${shipped(name)}/flags`
  return existsSync(file) ? read(file).trim().split(' ') : []
}

/** Why this machine cannot run the bundle; undefined if it can. The bundle's needs.sh prints the reason; it may use build/probe. */
export async function unmet(name: string): Promise<string | undefined> {
  const script = `${shipped(name)}/needs.sh`
  if (!existsSync(script)) return undefined
  await prepare(name)
  const { code, stdout } = await run([script])
  return code === 0 ? undefined : stdout.trim()
}

/**
 * Runs one of the scripts next to a config: prepare (adds what git does not store), setup (before create), during (while it runs), after
 * (after delete), cleanup. Their output is part of the expected output of the bundle.
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

/** Runs `body` between a bundle's setup and cleanup. It prepares the bundle again, because a copy does not keep owners. */
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
