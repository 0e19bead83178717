import { type Hook, Hooks } from './hooks.ts'
import { utf8Length } from './path.ts'
import { at, below, type Fault, type Pointer, type Report } from './pointer.ts'
import { isBind } from './rules/mounts.ts'
import type { Spec } from './spec.ts'

/** NGROUPS_MAX (setgroups(2)). */
const maxGroups = 65536

/** MAX_ARG_STRLEN without the NUL: the longest string for execve(2). */
const maxString = 131071

/** Bounds for the arguments and the environment together, which may take a quarter of RLIMIT_STACK (execve(2)). */
const mostOfAll = 6 * 1024 * 1024
const leastOfAll = 128 * 1024

/** PATH_MAX without its NUL, and NAME_MAX (path_resolution(7)). */
const maxPath = 4095
const maxName = 255

/**
 * Checks the limits of the kernel for sizes and numbers. Without this a long path would fail with a good error, but too many groups, arguments
 * and variables would fail late. Only a large config can have too many, so this is not in the hot module.
 */
export function limits(spec: Spec): readonly Fault[] {
  const faults: Fault[] = []
  const report = (pointer: Pointer, message: string) => faults.push({ pointer, message })
  paths(spec, report)
  const groups = spec.process?.user?.additionalGids?.length ?? 0
  if (groups > maxGroups)
    report('/process/user/additionalGids', `${groups} groups, and a process has at most ${maxGroups} (NGROUPS_MAX)`)
  const stack = spec.process?.rlimits?.find(({ type }) => type === 'RLIMIT_STACK')?.soft
  if (spec.process !== undefined) vectors(spec.process, stack, below(report, '/process'))
  eachHook(spec, (hook, pointer) => vectors(hook, undefined, below(report, pointer)))
  return faults
}

function paths({ root, process, mounts, linux, ...spec }: Spec, report: Report): void {
  if (isLong(root?.path)) path(root?.path, '/root/path', report)
  if (isLong(process?.cwd)) path(process?.cwd, '/process/cwd', report)
  mounts?.forEach((mount, index) => {
    const { destination, source } = mount
    if (isLong(destination)) path(destination, `/mounts/${index}/destination`, report)
    // The source of another file system may be a label, which is not a path.
    if (isBind(mount) && isLong(source) && source?.startsWith('/')) path(source, `/mounts/${index}/source`, report)
  })
  linux?.devices?.forEach((device, index) => {
    if (isLong(device.path)) path(device.path, `/linux/devices/${index}/path`, report)
  })
  linux?.namespaces?.forEach((namespace, index) => {
    if (isLong(namespace.path)) path(namespace.path, `/linux/namespaces/${index}/path`, report)
  })
  for (const key of ['maskedPaths', 'readonlyPaths'] as const)
    linux?.[key]?.forEach((each, index) => {
      if (isLong(each)) path(each, `/linux/${key}/${index}`, report)
    })
  eachHook(spec, (hook, pointer) => {
    if (isLong(hook.path)) path(hook.path, `${pointer}/path`, report)
  })
}

function eachHook({ hooks }: Pick<Spec, 'hooks'>, visit: (hook: Hook, pointer: Pointer) => void): void {
  // Other members of `hooks` are unknown, and need not be lists.
  for (const kind of Object.keys(Hooks.properties) as (keyof Hooks)[])
    hooks?.[kind]?.forEach((hook, index) => {
      visit(hook, at('hooks', kind, index))
    })
}

const isLong = (text: string | undefined): boolean => text !== undefined && 3 * text.length > maxName

function path(text: string | undefined, pointer: Pointer, report: Report): void {
  if (utf8Length(text ?? '') > maxPath)
    report(pointer, `longer than ${maxPath} bytes, the most that a path has (PATH_MAX)`)
  else if (text?.split('/').some((name) => utf8Length(name) > maxName))
    report(pointer, `a name in it is longer than ${maxName} bytes (NAME_MAX)`)
}

type Vectors = { readonly args?: readonly string[]; readonly env?: readonly string[] }

function vectors({ args = [], env = [] }: Vectors, stack: number | bigint | undefined, report: Report): void {
  const size = strings(args, below(report, '/args')) + strings(env, below(report, '/env'))
  const quarter = stack === undefined ? mostOfAll : Number(stack) / 4
  const most = Math.floor(Math.max(leastOfAll, Math.min(mostOfAll, quarter)))
  if (size > most) report('/args', `the arguments and the environment take ${size} bytes, and execve(2) takes ${most}`)
}

/** The bytes that the kernel counts for a vector: each string, its NUL and its pointer. */
function strings(list: readonly string[], report: Report): number {
  let all = 0
  list.forEach((text, index) => {
    const size = utf8Length(text)
    if (size > maxString) report(`/${index}`, `${size} bytes, and execve(2) takes ${maxString} of one string`)
    all += size + 1 + 8
  })
  return all
}
