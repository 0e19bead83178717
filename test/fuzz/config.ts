import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { faultLines, isFailure } from '../../src/failure.ts'
import { configFaults } from '../../src/lifecycle/config_error.ts'
import { native } from '../../src/native/koffi.ts'
import type { Host, Request } from '../../src/plan/host.ts'
import { planCreate } from '../../src/plan/plan.ts'
import { compile, split } from '../../src/program/compile.ts'
import { explain as table } from '../../src/program/explain.ts'
import { limits } from '../../src/spec/limits.ts'
import { check } from '../../src/spec/load.ts'
import { unknown } from '../../src/spec/unknown.ts'
import { delegatedHost, nestedHost, request, rootlessHost, v1Host, v2Host } from '../fixtures/hosts.ts'

/** The inputs of the changes: the config.json of every bundle, and the published examples if they exist. */
export function corpus(): readonly unknown[] {
  const top = fileURLToPath(new URL('../..', import.meta.url))
  const bundles = readdirSync(`${top}/bundles`).map((name) => `${top}/bundles/${name}/config.json`)
  const published = `${top}/../shared/schema/test/config/good`
  const others = existsSync(published) ? readdirSync(published).map((name) => `${published}/${name}`) : []
  return [...bundles, ...others].filter(existsSync).map((file) => JSON.parse(readFileSync(file, 'utf8')))
}

const hosts: readonly Host[] = [v1Host, v2Host, rootlessHost, delegatedHost, nestedHost]
const shared: Host = { ...v1Host, isOwn: (_type, path) => path.length % 2 === 0 }

const requests: readonly Partial<Request>[] = [
  {},
  { mode: 'run' },
  { mode: 'run', detach: true, noPivot: true, pidFile: '/run/pid' },
  { cgroups: 'disabled' },
  { withoutCgroups: true, noNewKeyring: true },
]

/** The result for a text: the lines of its faults, or none. */
export type Verdict = { readonly faults: readonly string[] }

/**
 * Reads, checks, plans, compiles and explains a config as the commands do, for machine number `which`. Every config must have faults, or a
 * plan in which every step is well formed; anything else throws.
 */
export function judge(text: string, which: number): Verdict {
  for (const { pointer, message } of unknown(text)) if (!message || pointer === undefined) throw new Error('no words')
  const checked = check(text)
  const found = checked === undefined ? configFaults(text) : 'faults' in checked ? checked.faults : undefined
  if (found !== undefined) {
    if (found.length === 0) throw new Error('refused without a fault')
    return { faults: faultLines(found) }
  }
  if (checked === undefined || !('spec' in checked)) throw new Error('neither a Spec nor faults')
  const more = [...limits(checked.spec)]
  if (more.length > 0) return { faults: faultLines(more) }
  planned(checked.spec, text, which)
  return { faults: [] }
}

function planned(spec: Parameters<typeof planCreate>[0], text: string, which: number): void {
  const host = which % 7 === 6 ? shared : hosts[which % hosts.length]
  const asked = { ...request, ...requests[which % requests.length], warn: () => undefined }
  if (host === undefined) throw new Error('no host')
  try {
    const steps = planCreate(spec, host, asked, text)
    const parts = split(compile(steps))
    if (typeof parts === 'string') throw new Error(`what was compiled: ${parts}`)
    const where = native.check(parts.program)
    if (typeof where === 'number' || where.length > 0) throw new Error(`not well formed: ${told(steps, where)}`)
    if (parts.labels().length !== steps.length) throw new Error('a step without a label')
    table(steps)
  } catch (failure) {
    if (!isFailure(failure)) throw failure
  }
}

function told(steps: readonly object[], where: Uint8Array | number): string {
  if (typeof where === 'number') return `errno ${-where}`
  const [step = 0, argument = 0] = new Uint32Array(where.slice().buffer)
  return `argument ${argument} of ${JSON.stringify(steps[step], (_, value) => (typeof value === 'bigint' ? `${value}n` : value)).slice(0, 1000)}`
}
