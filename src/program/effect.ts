import { at, type Pointer } from '../spec/pointer.ts'
import type { Spec } from '../spec/spec.ts'
import { namer } from '../step/named.ts'
import { quote } from '../step/quote.ts'
import type { Op, Step } from '../step/step.ts'
import { type Actor, type Kind, type StepRow, stepTable } from '../step/table.ts'

/** A plan that is compared with another one. */
export type Side = {
  readonly steps: readonly Step[]
  readonly spec: Spec
  /** The folder of its bundle: what both have below their own is the same. */
  readonly bundle: string
}

/** A line of one of the two plans: a step, or a part of it that the line of the step does not show. */
export type PlanLine = {
  /** The number of the step in its plan. */
  readonly index: number
  readonly actor: Actor
  /** Its name; of a part, `env` or `annotation`. */
  readonly step: Op | 'env' | 'annotation'
  readonly pointer: Pointer
  readonly what: string
}

/** A line, and what decides whether another one means the same: `whole`, with paths as they are, or `own`, as they are below the bundle. */
export type Token = PlanLine & {
  readonly whole: string
  readonly own: string
  readonly args: Args
  /** What it is about, as a path or the name of a variable; empty where nothing names it. */
  readonly subject: string
  /** No step of its own. */
  readonly isPart: boolean
}

type Args = Readonly<Record<string, unknown>>

/** Steps that follow each other and do the same in any order: the order of a JSON object, or of a list that is a set, means nothing. */
const orderless: ReadonlySet<Op> = new Set([
  'source',
  'device',
  'device_source',
  'prlimit',
  'sysctl',
  'readonly',
  'mask',
])

/** Arguments without an effect of their own: they repeat the config, or follow from other arguments. */
const silent: Readonly<Partial<Record<Op, readonly string[]>>> = {
  agent: ['state'],
  cgroup: ['at'],
  exec: ['env'], // has lines of its own
  hook: ['state'],
  record: ['content'],
  undo_hook: ['state'],
  unit: ['hello', 'start', 'pid_at', 'reset', 'stop', 'made'], // `properties` says what they ask for
}

/** Arguments of which the kernel takes the parts in any order. */
const sets: Readonly<Partial<Record<Op, readonly string[]>>> = {
  idmap: ['uids', 'gids'],
  idmap_source: ['uids', 'gids'],
  mount: ['options'],
  mount_or_bind: ['options'],
  user: ['groups'],
}

/** A plan as lines that can be compared. */
export function tokens({ steps, spec, bundle }: Side): Token[] {
  const named = namer(steps)
  const sources = sourcesOf(steps, bundle)
  const found: Token[] = []
  let run: Token[] = []
  const end = () => {
    for (const each of run.sort((a, b) => (a.own < b.own ? -1 : a.own > b.own ? 1 : 0))) found.push(each)
    run = []
  }
  for (const [index, step] of steps.entries()) {
    if (run[0]?.step !== step.op) end()
    const args = argsOf(step, sources)
    const { actor, op, pointer } = step
    const what = isFilled(step) ? named(step).slice(`${step.slot}: `.length) : named(step)
    run.push(token({ index, actor, step: op, pointer, what }, args, bundle))
    if (!orderless.has(op)) end()
    if (op === 'exec') for (const each of environment(step, { index, spec })) found.push(each)
    if (op === 'record' && step.name === 'config.json') for (const each of annotations(spec, index)) found.push(each)
  }
  end()
  return found
}

/** The arguments that name what a step is about: the first that it has. */
const subjects = ['target', 'path', 'name', 'dir', 'resource', 'type']

function token(line: PlanLine, args: Args, bundle: string): Token {
  const own = Object.fromEntries(Object.entries(args).map(([name, value]) => [name, belowBundle(value, bundle)]))
  const key = (values: Args) => signature([line.actor, line.step, values])
  const subject = subjects
    .map((name) => args[name])
    .find((value) => typeof value === 'string' || typeof value === 'number')
  const isPart = line.step === 'env' || line.step === 'annotation'
  return { ...line, args, whole: key(args), own: key(own), subject: String(subject ?? ''), isPart }
}

function environment({ env }: Step & { readonly op: 'exec' }, { index, spec }: { index: number; spec: Spec }): Token[] {
  const written = spec.process?.env ?? []
  return [...env].sort(byName).map((entry) => {
    const place = written.lastIndexOf(entry)
    const pointer = place < 0 ? '' : at('process', 'env', place)
    return token(
      { index, actor: 'init', step: 'env', pointer, what: quote(entry) },
      { name: entry.split('=')[0], entry },
      '',
    )
  })
}

function annotations({ annotations = {} }: Spec, index: number): Token[] {
  return Object.keys(annotations)
    .sort()
    .map((name) => {
      const what = `${quote(name)} = ${quote(annotations[name] ?? '')}`
      const pointer = at('annotations', name)
      return token(
        { index, actor: 'parent', step: 'annotation', pointer, what },
        { name, value: annotations[name] },
        '',
      )
    })
}

function argsOf(step: Step, sources: ReadonlyMap<number, unknown>): Args {
  const kinds: Readonly<Record<string, Kind>> = (stepTable[step.op] as StepRow).args
  const values = step as unknown as Args
  const args: Record<string, unknown> = {}
  for (const name of Object.keys(kinds)) {
    if (kinds[name] === 'fills' || silent[step.op]?.includes(name)) continue
    const value = values[name]
    if (kinds[name] === 'slot') args[name] = sources.get(Number(value))
    else args[name] = sets[step.op]?.includes(name) ? sorted(value) : value
  }
  return args
}

/** By its slot, what each clone is: the number of the slot is that of the plan alone. */
function sourcesOf(steps: readonly Step[], bundle: string): ReadonlyMap<number, unknown> {
  const found = new Map<number, unknown>()
  for (const step of steps) if (isFilled(step)) found.set(step.slot, belowBundle(argsOf(step, found), bundle))
  return found
}

const isFilled = (step: Step): step is Extract<Step, { readonly slot: number }> =>
  'slot' in step && (stepTable[step.op] as StepRow).args.slot === 'fills'

function sorted(value: unknown): unknown {
  if (typeof value === 'string') return value.split('\n').sort().join('\n')
  const list = value as readonly (string | number)[]
  return typeof list[0] === 'number'
    ? [...(list as readonly number[])].sort((a, b) => a - b)
    : [...(list as readonly string[])].sort(byName)
}

// Only by what is before `=`: of a name that is given twice the order may mean something.
function byName(a: string, b: string): number {
  const [one, other] = [a.split('=')[0] ?? '', b.split('=')[0] ?? '']
  return one < other ? -1 : one > other ? 1 : 0
}

function belowBundle(value: unknown, bundle: string): unknown {
  if (bundle === '' || value instanceof Uint8Array || value === null || value === undefined) return value
  if (typeof value === 'string')
    return value === bundle || value.startsWith(`${bundle}/`) ? `\0${value.slice(bundle.length)}` : value
  if (Array.isArray(value)) return value.map((each) => belowBundle(each, bundle))
  if (typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, belowBundle(each, bundle)]))
}

/** Any argument as text; two that are equal have the same. */
export const signature = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'bigint' ? String(each) : each instanceof Uint8Array ? [...each] : each,
  ) ?? ''
