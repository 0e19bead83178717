import type { Intent, State } from '../plan/state.ts'

// ocits has written these files itself, but the disk may have been full, and somebody may have edited them.

/** Whether a value that was read from `intent` has its shape. */
export function isIntent(value: unknown): value is Intent {
  if (!isObject(value)) return false
  const { ociVersion, bundle, rootfs, created, owner, cgroups, namespaces } = value
  const { inodes, boot, annotations, freezer, rdt = [], network, covered, below, noNewKeyring, hooks, unit } = value
  return (
    isString(ociVersion) &&
    isString(bundle) &&
    isString(rootfs) &&
    isString(created) &&
    isWhole(owner) &&
    isString(boot) &&
    isList(inodes, isWhole) &&
    isList(cgroups, isString) &&
    isList(namespaces, isString) &&
    isList(rdt, isString) &&
    (network === undefined || isNetwork(network)) &&
    (annotations === undefined || isObject(annotations)) &&
    (hooks === undefined || isObject(hooks)) &&
    (noNewKeyring === undefined || noNewKeyring === true) &&
    (freezer === undefined || isString(freezer)) &&
    (covered === undefined || isString(covered)) &&
    (below === undefined || isWhole(below)) &&
    (unit === undefined || (isObject(unit) && isString(unit.name) && isString(unit.bus)))
  )
}

/** Whether a value that was read from state.json has its shape. */
export function isState(value: unknown): value is State {
  if (!isIntent(value)) return false
  const { pid, startTime, cover = 0, last } = value as Partial<State>
  return isWhole(pid) && pid > 0 && isWhole(startTime) && isWhole(cover) && Array.isArray(last)
}

function isNetwork(value: unknown): boolean {
  if (!isObject(value)) return false
  const { path, devices } = value
  return (path === undefined || isString(path)) && isObject(devices) && Object.values(devices).every(isString)
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

// A list of many containers asks this of each: a loop takes a third of what `every` does.
function isList(value: unknown, is: (item: unknown) => boolean): boolean {
  if (!Array.isArray(value)) return false
  for (let i = 0; i < value.length; i++) if (!is(value[i])) return false
  return true
}

const isString = (value: unknown): value is string => typeof value === 'string'
const isWhole = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0
