import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { Spec } from '../src/spec/spec.ts'
import { tools, top } from './tools.ts'

/** The differences from the default bundle. */
export type Changes = {
  readonly args?: readonly string[]
  readonly binds?: number
  readonly change?: (spec: Spec) => Spec
}

/**
 * Makes bundles/default in `folder` with the smallest possible program instead of the probe, the same for all runtimes. The older runtimes know its
 * version, and its mount points exist.
 */
export function makeBundle(
  folder: string,
  { args = ['/bin/true'], binds = 0, change = (same) => same }: Changes,
): string {
  const spec: Spec = JSON.parse(readFileSync(`${top}bundles/default/config.json`, 'utf8'))
  const root = `${folder}/rootfs`
  for (const name of ['bin', 'dev', 'proc', 'sys']) mkdirSync(`${root}/${name}`, { recursive: true })
  copyFileSync(tools.true, `${root}/bin/true`)
  chmodSync(`${root}/bin/true`, 0o755)
  mkdirSync(`${folder}/data`, { recursive: true })
  const extra = []
  for (let i = 0; i < binds; i++) {
    mkdirSync(`${root}/data/${i}`, { recursive: true })
    extra.push({ destination: `/data/${i}`, type: 'bind', source: `${folder}/data`, options: ['rbind', 'ro'] })
  }
  const process = { ...spec.process, cwd: '/', args: [...args] }
  const config = { ...spec, ociVersion: '1.0.2', process, mounts: [...(spec.mounts ?? []), ...extra] }
  const changed = change(config)
  const whole = { ...changed, root: { ...changed.root, path: 'rootfs' } }
  writeFileSync(`${folder}/config.json`, JSON.stringify(whole, null, 2))
  return folder
}
