import { execFileSync } from 'node:child_process'
import { accessSync, constants, mkdirSync } from 'node:fs'
import { top } from './tools.ts'

/** A runtime with its own state folder. */
export type Runtime = { readonly name: string; readonly version: string; readonly command: readonly string[] }

const state = '/run/ocits-bench'

/** ocits, and the installed ones of the other runtimes. */
export function runtimes(): { readonly ocits: Runtime; readonly others: readonly Runtime[] } {
  const others = []
  for (const name of ['crun', 'runc']) {
    const file = find(name)
    if (file !== undefined) others.push(runtime(name, file))
  }
  return { ocits: runtime('ocits', `${top}dist/ocits`), others }
}

/** A state folder for a program that is no runtime. */
export function stateFolder(name: string): string {
  mkdirSync(`${state}/${name}`, { recursive: true, mode: 0o700 })
  return `${state}/${name}`
}

/** A runtime at a path. */
export function runtime(name: string, file: string): Runtime {
  const version = execFileSync(file, ['--version']).toString().split('\n')[0] ?? ''
  return { name, version, command: [file, '--root', stateFolder(name)] }
}

function find(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(':')
  for (const folder of [...folders, '/usr/sbin', '/usr/bin', '/usr/local/sbin', '/usr/local/bin'])
    if (isExecutable(`${folder}/${name}`)) return `${folder}/${name}`
  return undefined
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false // accessSync has no other way to say no
  }
}
