import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync } from 'node:fs'

/** The compiled program fighter.c. */
export const fighter = `/tmp/ocits-fighter.${process.pid}`
execFileSync('gcc', ['-static', '-O1', '-o', fighter, new URL('fighter.c', import.meta.url).pathname])

/** Makes the bundle, with the program as /bin/fighter in its image. */
export function withFighter(bundle: string): string {
  mkdirSync(`${bundle}/rootfs/bin`, { recursive: true })
  copyFileSync(fighter, `${bundle}/rootfs/bin/fighter`)
  return bundle
}
