// What may become of one container when commands for it overlap, and whether all that they answered is true in some order.
//
// An order is searched as the history goes by: a set of situations is kept, each a status and how far every command that is under way has
// come. When a command answers, those situations go in which it cannot have answered that; none left means that no order exists.

/** What is true of an id. `dying`: SIGKILL was sent, and it is not dead yet. `half`: the command that created it was killed. */
type Status = 'none' | 'creating' | 'created' | 'running' | 'created dying' | 'running dying' | 'stopped' | 'half'

export const verbs = ['create', 'start', 'kill', 'delete', 'delete --force', 'state'] as const
export type Verb = (typeof verbs)[number]

/** `killed`: the runtime was, so it may have done any part of it. For a state, what it says; `none` where there is no container. */
export type Answer = 'done' | 'killed' | 'interrupted' | 'died' | Exclude<Status, `${string} dying`>

export type Operation = { readonly verb: Verb; readonly answer: Answer; readonly from: number; readonly to: number }

/** How far a command has come: 0, then 1 if it takes effect in two steps; it is done at 2. */
type Move = { readonly to: Status; readonly step: 1 | 2 }

const end = (to: Status): Move => ({ to, step: 2 })
const same = (status: Status, ...legal: readonly Status[]): readonly Move[] =>
  legal.includes(status) ? [end(status)] : []

const dying = (status: Status): Status =>
  status === 'created' ? 'created dying' : status === 'running' ? 'running dying' : status

/** As which status a container may be seen, or refused. */
const seen: Readonly<Record<Status, readonly Answer[]>> = {
  none: ['none'],
  creating: ['creating'],
  created: ['created'],
  running: ['running'],
  'created dying': ['created', 'running'], // it listens no more
  'running dying': ['running'],
  stopped: ['stopped'],
  half: ['half', 'creating', 'stopped'], // an init that was just born may hold the lock for a moment
}

/** What a command can do next in a status, so that it answers as it did. */
function moves({ verb, answer }: Operation, step: number, status: Status, forced: boolean): readonly Move[] {
  if (answer === 'killed') return [end(status), ...partly(verb, step, status)]
  if (verb === 'state') return seen[status].includes(answer) ? [end(status)] : []
  if (verb === 'create') return creating(answer, step, status, forced)
  if (answer !== 'done') return refused(verb, answer, status)
  if (verb === 'start') return status === 'created' || status === 'created dying' ? [end(running(status))] : []
  if (verb === 'kill') return status === 'none' || status === 'stopped' ? [] : same(dying(status), dying(status))
  // It kills first, and that can be seen.
  if (step === 0 && dying(status) !== status && (verb === 'delete --force' || status === 'created'))
    return [{ to: dying(status), step: 1 }]
  if (status === 'stopped' || status === 'half') return [end('none')]
  return status === 'none' && verb === 'delete --force' ? [end('none')] : []
}

const running = (status: Status): Status => (status === 'created' ? 'running' : 'running dying')

function creating(answer: Answer, step: number, status: Status, forced: boolean): readonly Move[] {
  if (step === 0 && status === 'none' && (answer === 'done' || answer === 'interrupted'))
    return [{ to: 'creating', step: 1 }]
  if (step === 1 && status === 'creating' && answer === 'done') return [end('created')]
  if (step === 1 && status === 'creating' && answer === 'interrupted' && forced) return [end('none')]
  return answer === 'stopped' && step === 0 && status !== 'none' ? [end(status)] : [] // the id is taken
}

function refused(verb: Verb, answer: Answer, status: Status): readonly Move[] {
  if (verb === 'start' && answer === 'died') return same(status, 'created dying', 'stopped')
  // Nothing that can be killed: also what is not yet, or never was, whole.
  if (verb === 'kill' && answer === 'stopped') return same(status, 'creating', 'half', 'stopped')
  return seen[status].includes(answer) ? [end(status)] : []
}

/** Any part of what it does, one after the other. */
function partly(verb: Verb, step: number, status: Status): readonly Move[] {
  if (verb === 'create' && step === 0 && status === 'none') return [{ to: 'creating', step: 1 }, end('half')]
  if (verb === 'create' && step === 1 && status === 'creating')
    return [end('half'), end('created'), end('created dying'), end('none')]
  if (verb === 'start' && status.startsWith('created')) return [end(running(status))]
  if (verb === 'kill') return [end(dying(status))]
  if (!verb.startsWith('delete')) return []
  const allowed = verb === 'delete --force' || !status.startsWith('running')
  if (dying(status) !== status) return allowed ? [{ to: dying(status), step: 1 }, end(dying(status))] : []
  return status === 'stopped' || status === 'half' ? [end('none')] : []
}

type Situation = { readonly status: Status; readonly steps: ReadonlyMap<number, number> }
const key = ({ status, steps }: Situation) => `${status} ${[...steps].sort(([a], [b]) => a - b).flat()}`

/** The first answer, as an index, that is true in no order; undefined: all are. */
export function impossible(history: readonly Operation[]): number | undefined {
  const events = history
    .flatMap(({ from, to }, i) => [
      { time: from, i, begins: true },
      { time: to, i, begins: false },
    ])
    .sort((a, b) => a.time - b.time || Number(b.begins) - Number(a.begins))
  const forced = history.map(({ from, to }) =>
    history.some((other) => other.verb === 'delete --force' && other.from < to && other.to > from),
  )
  let situations: readonly Situation[] = [{ status: 'none', steps: new Map() }]
  for (const { i, begins } of events) {
    if (begins) {
      situations = situations.map(({ status, steps }) => ({ status, steps: new Map(steps).set(i, 0) }))
      continue
    }
    const left = new Map<string, Situation>()
    for (const { status, steps } of closure(situations, history, forced)) {
      if (steps.get(i) !== 2) continue
      const rest = new Map(steps)
      rest.delete(i)
      left.set(key({ status, steps: rest }), { status, steps: rest })
    }
    if (left.size === 0) return i
    situations = [...left.values()]
  }
  return undefined
}

/** All that may have come of situations before the next command answers. */
function closure(
  situations: readonly Situation[],
  history: readonly Operation[],
  forced: readonly boolean[],
): readonly Situation[] {
  const found = new Map(situations.map((situation) => [key(situation), situation]))
  const queue = [...situations]
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const { status, steps } = next
    const ways: Situation[] = status.endsWith('dying') ? [{ status: 'stopped', steps }] : []
    for (const [i, step] of steps) {
      if (step === 2) continue
      for (const move of moves(history[i] as Operation, step, status, forced[i] ?? false))
        ways.push({ status: move.to, steps: new Map(steps).set(i, move.step) })
    }
    for (const way of ways) {
      if (found.has(key(way))) continue
      found.set(key(way), way)
      queue.push(way)
    }
  }
  return [...found.values()]
}
