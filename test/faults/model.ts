// The possible situations of one container when its commands overlap, and whether all their answers are correct in some order. The search
// follows the history: it keeps a set of situations, each with a status and the progress of every running command. When a command answers,
// all situations are removed in which this answer is impossible. If none is left, no order exists.

/** The status of an id. `dying`: SIGKILL was sent, and the process is not dead yet. `half`: the create was killed. */
type Status = 'none' | 'creating' | 'created' | 'running' | 'created dying' | 'running dying' | 'stopped' | 'half'

export const verbs = ['create', 'start', 'kill', 'delete', 'delete --force', 'state'] as const
export type Verb = (typeof verbs)[number]

/**
 * `killed`: the runtime was killed, so it may have done any part of its work. For `state`, the printed status; `none` if there is no
 * container.
 */
export type Answer = 'done' | 'killed' | 'interrupted' | 'died' | Exclude<Status, `${string} dying`>

export type Operation = { readonly verb: Verb; readonly answer: Answer; readonly from: number; readonly to: number }

/** The progress of a command: 0, then 1 if it takes effect in two steps; 2 means done. */
type Move = { readonly to: Status; readonly step: 1 | 2 }

const end = (to: Status): Move => ({ to, step: 2 })
const same = (status: Status, ...legal: readonly Status[]): readonly Move[] =>
  legal.includes(status) ? [end(status)] : []

const dying = (status: Status): Status =>
  status === 'created' ? 'created dying' : status === 'running' ? 'running dying' : status

/** The statuses in which a container may be seen, or refused. */
const seen: Readonly<Record<Status, readonly Answer[]>> = {
  none: ['none'],
  creating: ['creating'],
  created: ['created'],
  running: ['running'],
  'created dying': ['created', 'running'], // it does not listen any more
  'running dying': ['running'],
  stopped: ['stopped'],
  half: ['half', 'creating', 'stopped'], // a new init may hold the lock for a moment
}

/** The possible next actions of a command in a status, for its answer. */
function moves({ verb, answer }: Operation, step: number, status: Status, forced: boolean): readonly Move[] {
  if (answer === 'killed') return [end(status), ...partly(verb, step, status)]
  if (verb === 'state') return seen[status].includes(answer) ? [end(status)] : []
  if (verb === 'create') return creating(answer, step, status, forced)
  if (answer !== 'done') return refused(verb, answer, status)
  if (verb === 'start') return status === 'created' || status === 'created dying' ? [end(running(status))] : []
  if (verb === 'kill') return status === 'none' || status === 'stopped' ? [] : same(dying(status), dying(status))
  // It kills first, and others can see this.
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
  return answer === 'stopped' && step === 0 && status !== 'none' ? [end(status)] : [] // the id is in use
}

function refused(verb: Verb, answer: Answer, status: Status): readonly Move[] {
  if (verb === 'start' && answer === 'died') return same(status, 'created dying', 'stopped')
  // There is nothing to kill, also if the container is not yet complete, or never was.
  if (verb === 'kill' && answer === 'stopped') return same(status, 'creating', 'half', 'stopped')
  return seen[status].includes(answer) ? [end(status)] : []
}

/** Any parts of its work, one after the other. */
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

/** The index of the first answer that is correct in no order; undefined: all are correct. */
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

/** All situations that may follow before the next command answers. */
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
