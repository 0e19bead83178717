import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import type { Spec } from '../../src/spec/spec.ts'
import { bundle } from './bundle.ts'

/** The changes of a test to the plain config: whole sections, except for `process`, whose fields are merged. */
export type Changes = Omit<Partial<Spec>, 'process'> & { readonly process?: Partial<NonNullable<Spec['process']>> }

export const proc = { destination: '/proc', type: 'proc', source: 'proc' }

/** A plain config: the probe, in its own pid and mount namespaces, with a /proc. */
export function config(args: readonly string[], { process, ...changes }: Changes = {}): Spec {
  return {
    ociVersion: '1.3.0',
    process: { args: ['/probe', ...args], cwd: '/', ...process },
    root: { path: 'rootfs' },
    mounts: [proc],
    linux: { namespaces: [{ type: 'pid' }, { type: 'mount' }] },
    ...changes,
  }
}

let count = 0

/** Makes a bundle with a config, or with any text instead of one, and with the probe in its root; returns its path. */
export async function make(content: Spec | string): Promise<string> {
  const { path: probe } = await bundle('ns-mount')
  const path = `/tmp/ocits-made.${process.pid}/${count++}`
  mkdirSync(path, { recursive: true })
  cpSync(`${probe}/rootfs`, `${path}/rootfs`, { recursive: true })
  writeFileSync(`${path}/config.json`, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}
