import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { filesOf } from '../../scripts/build/files.ts'
import { patience } from './patience.ts'

const flags = [
  '-std=gnu17',
  '-D_GNU_SOURCE',
  '-O1',
  '-g',
  '-Inative',
  '-fno-sanitize-recover=all',
  '-fsanitize=address,undefined',
]
/** The linker takes only the used functions: the others in a file may need parts that are missing here. */
const sparing = ['-ffunction-sections', '-fdata-sections', '-Wl,--gc-sections']

/** Compiles test/wire/NAME.c under the sanitizers, with these files of native/ and the code of both processes. Returns the path. */
export const compileWithShared = (name: string, parts: readonly string[]): string =>
  compileWith(name, [...parts.map((part) => `native/${part}.c`), ...filesOf('native/shared', '.c')])

/** The same, with these files. */
export function compileWith(name: string, files: readonly string[]): string {
  const binary = `build/test/${name}`
  const sources = [`test/wire/${name}.c`, ...files]
  mkdirSync('build/test', { recursive: true })
  execFileSync('gcc', [...flags, ...sparing, ...sources, '-o', binary], {
    stdio: 'inherit',
    timeout: 120_000 * patience(),
  })
  return binary
}
