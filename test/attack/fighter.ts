import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync } from 'node:fs'

/** The program fighter.c, built. */
export const fighter = `/tmp/ocits-fighter.${process.pid}`
execFileSync('gcc', ['-static', '-O1', '-o', fighter, new URL('fighter.c', import.meta.url).pathname])

/** The bundle, with the program in its image as /bin/fighter. */
export function withFighter(bundle: string): string {
  mkdirSync(`${bundle}/rootfs/bin`, { recursive: true })
  copyFileSync(fighter, `${bundle}/rootfs/bin/fighter`)
  return bundle
}
