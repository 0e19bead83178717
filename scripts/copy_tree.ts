import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { resolve } from 'node:path'

/** Copies the project with its built files to `copy`, a folder below build/. */
export function copyTree(copy: string): void {
  rmSync(copy, { recursive: true, force: true })
  mkdirSync(copy, { recursive: true })
  const linked = ['node_modules', '.git']
  const built = ['build', 'dist']
  for (const name of readdirSync('.'))
    if (![...linked, ...built].includes(name)) cpSync(name, `${copy}/${name}`, { recursive: true })
  for (const folder of built)
    for (const name of readdirSync(folder))
      if (!copies.includes(resolve(folder, name)))
        cpSync(`${folder}/${name}`, `${copy}/${folder}/${name}`, { recursive: true, preserveTimestamps: true })
  execFileSync('cp', ['-al', 'node_modules', `${copy}/node_modules`])
}

/** The folders of copies: a copy does not contain another one. */
export const mutated = resolve('build/mutations')
export const extended = resolve('build/extended')
const copies = [mutated, extended]

export type Result = { readonly ok: boolean; readonly output: string }

/** Runs a command in a folder for at most ten minutes. */
export function runIn(folder: string, command: readonly string[], env: Readonly<Record<string, string>> = {}): Result {
  const [file = '', ...args] = command
  const { status, stdout, stderr } = spawnSync(file, args, {
    ...{ cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 26, timeout: 600_000 },
    env: { ...process.env, ...env },
  })
  return { ok: status === 0, output: `${stdout}${stderr}` }
}
