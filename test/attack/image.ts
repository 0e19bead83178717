import { cpSync, linkSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import type { Spec } from '../../src/spec/spec.ts'
import { bundle } from '../harness/bundle.ts'
import { type Planted, plant } from '../harness/image.ts'

const top = `/tmp/ocits-attack.${process.pid}`
let count = 0

/** A bundle whose image is made again for every attempt, very quickly: its files are links to one copy. */
export type Bundle = {
  readonly path: string
  /** Writes the config, and an image with the probe and the planted files. It removes nothing below `volume`. */
  readonly again: (spec: Spec, planted: Readonly<Record<string, Planted>>) => void
}

export async function bundleFor(): Promise<Bundle> {
  const path = `${top}/${count++}`
  mkdirSync(path, { recursive: true })
  const { path: plain } = await bundle('ns-mount')
  cpSync(`${plain}/rootfs`, `${path}/kept`, { recursive: true })
  const again: Bundle['again'] = (spec, planted) => {
    rmSync(`${path}/rootfs`, { recursive: true, force: true })
    mkdirSync(`${path}/rootfs`)
    for (const name of readdirSync(`${path}/kept`)) linkSync(`${path}/kept/${name}`, `${path}/rootfs/${name}`)
    for (const [name, what] of Object.entries(planted)) plant(`${path}/rootfs${name}`, what)
    writeFileSync(`${path}/config.json`, JSON.stringify(spec))
  }
  return { path, again }
}
