import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { resolve } from 'node:path'
import { filesOf } from '../../scripts/build/files.ts'

/** The parts of native/ that read bytes from another process, an image or a file. */
export const nativeTargets = {
  program: { says: 'programs: the check, and the walk of what it takes', wrap: [] },
  file: { says: 'compiled programs, as `run --program` reads them', wrap: [] },
  message: { says: 'messages of the init to the parent', wrap: ['adopt', 'pass_listener'] },
  bus: { says: 'what a D-Bus says', wrap: [] },
  inflate: { says: 'packed modules', wrap: [] },
  passwd: { says: '/etc/passwd of an image', wrap: [] },
  stat: { says: '/proc/PID/stat', wrap: [] },
  netlink: { says: 'what the kernel answers about devices and addresses', wrap: ['netlink_open'] },
} as const satisfies Record<string, { readonly says: string; readonly wrap: readonly string[] }>

export type NativeTarget = keyof typeof nativeTargets

type Compiler = 'gcc' | 'clang'
const common = ['-std=gnu17', '-D_GNU_SOURCE', '-O1', '-g', '-fno-sanitize-recover=all']
const sanitized = { gcc: '-fsanitize=address,undefined', clang: '-fsanitize=fuzzer-no-link,address,undefined' } as const

/** All files of native/ that targets need, compiled once: the linker takes the necessary ones. */
export function buildLibrary(compiler: Compiler): void {
  const folder = `build/fuzz/${compiler}`
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const sources = [
    ...['wire', 'shared', 'parent'].flatMap((part) => filesOf(`native/${part}`, '.c')),
    'native/engine/inflate.c',
  ]
  const words = [
    ...common,
    sanitized[compiler],
    `-I${resolve('native')}`,
    '-c',
    ...sources.map((file) => resolve(file)),
  ]
  execFileSync(compiler, words, { cwd: folder, stdio: 'inherit' })
  execFileSync('sh', ['-c', 'ar rcs all.a *.o'], { cwd: folder, stdio: 'inherit' })
}

/** The executable of a target; with gcc the main of replay.c replaces that of libFuzzer. */
export function buildTarget(name: NativeTarget, compiler: Compiler): string {
  const output = `build/fuzz/${compiler}/${name}`
  const main = compiler === 'gcc' ? ['test/fuzz/replay.c', sanitized.gcc] : ['-fsanitize=fuzzer,address,undefined']
  const own = ['-Inative', '-Itest/fuzz/targets', `test/fuzz/targets/${name}.c`, 'test/fuzz/targets/target.c']
  const wrapped = nativeTargets[name].wrap.map((each) => `-Wl,--wrap=${each}`)
  const words = [...common, ...own, ...main, `build/fuzz/${compiler}/all.a`, ...wrapped, '-o', output]
  execFileSync(compiler, words, { stdio: 'inherit' })
  return output
}

/** The stored inputs: those of real runs, and earlier findings. */
export const kept = (name: NativeTarget): string[] =>
  ['seeds', 'finds']
    .map((kind) => `test/fuzz/${kind}/${name}`)
    .flatMap((folder) => (existsSync(folder) ? filesOf(folder, '') : []))

/** Runs with libFuzzer, which prints its own figures; returns its exit code. */
export function fuzzNative(name: NativeTarget, seconds: number, seed: number): number {
  execFileSync('bash', ['scripts/setup.sh', '--fuzz'], { stdio: 'inherit' })
  buildLibrary('clang')
  const binary = buildTarget(name, 'clang')
  const [corpus, finds] = [`build/fuzz/corpus/${name}`, `build/fuzz/finds/${name}`]
  for (const folder of [corpus, finds]) mkdirSync(folder, { recursive: true })
  const seeds = ['seeds', 'finds'].map((kind) => `test/fuzz/${kind}/${name}`).filter((folder) => existsSync(folder))
  const options = [
    `-max_total_time=${seconds}`,
    `-seed=${seed}`,
    `-artifact_prefix=${finds}/`,
    '-max_len=65536',
    '-timeout=10',
  ]
  return spawnSync(binary, [...options, '-print_final_stats=1', corpus, ...seeds], { stdio: 'inherit' }).status ?? 1
}
