import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'

export const top = new URL('..', import.meta.url).pathname
const built = `${top}build/bench`

/** The compiled C programs of this folder. */
export const tools = {
  floor: `${built}/floor`,
  spawn: `${built}/spawn`,
  until: `${built}/until`,
  true: `${built}/true`,
} as const

const flags = ['-std=gnu17', '-D_GNU_SOURCE', '-O2', '-static', '-s', '-Wall', '-Wextra', '-Wconversion', '-Werror']

/** Compiles them. `until` needs headers of seccomp and ptrace, which musl-gcc does not find. */
export function buildTools(): void {
  mkdirSync(built, { recursive: true })
  compile('musl-gcc', tools.floor, ['floor.c', 'floor_become.c'])
  compile('musl-gcc', tools.spawn, ['spawn.c'])
  compile('musl-gcc', tools.true, ['true.c'])
  compile('gcc', tools.until, ['until.c'])
}

function compile(compiler: string, output: string, sources: readonly string[]): void {
  const files = sources.map((name) => `${top}bench/${name}`)
  execFileSync(compiler, [...flags, ...files, '-o', output], { stdio: 'inherit' })
}
