import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Place, recorded, withFault } from '../harness/inject.ts'
import { live } from '../harness/live.ts'
import { succeeded } from '../harness/outcome.ts'
import type { Result } from '../harness/run.ts'
import { traces, unchanged } from '../harness/traces.ts'
import { waiting } from './containers.ts'
import { type Answer, impossible, type Operation, type Verb } from './model.ts'
import { hour, ocits, root } from './sweep.ts'

// Eight workers execute random operations on five ids, and kill some of the commands. For each id there must be an order in which all
// answers are correct. `SEED` in the environment repeats the choices, but not their timing.

const count = process.env.ALL === '1' ? 10_000 : 400
const seed = Number(process.env.SEED ?? 1)
const ids = ['a', 'b', 'c', 'd', 'e']

/** mulberry32 */
function randomOf(start: number): (below: number) => number {
  let state = start
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let x = Math.imul(state ^ (state >>> 15), state | 1)
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61)
    return ((x ^ (x >>> 14)) >>> 0) % below
  }
}

const choices: readonly (Verb | 'list')[] = [
  ...Array<Verb>(6).fill('create'),
  ...Array<Verb>(5).fill('start'),
  ...Array<Verb>(4).fill('kill'),
  ...Array<Verb>(4).fill('delete'),
  ...Array<Verb>(2).fill('delete --force'),
  ...Array<Verb>(4).fill('state'),
  'list',
]

const wordings: readonly (readonly [RegExp, Answer])[] = [
  [/container does not exist/, 'none'],
  [/container with given ID already exists/, 'stopped'],
  [/cannot start an already running|not stopped: running/, 'running'],
  [/container that has stopped|container not running/, 'stopped'],
  [/being created|not stopped: creating/, 'creating'],
  [/never created completely/, 'half'],
  [/ECANCELED/, 'interrupted'],
  [/the init was killed before|the init died/, 'died'],
]

function answerOf(verb: Verb, { code, signal, stdout, stderr }: Result): Answer {
  if (signal === 'SIGKILL') return 'killed'
  if (code === 0) {
    assert.is(stderr, '')
    return verb === 'state' ? JSON.parse(stdout).status : 'done'
  }
  assert.match(stderr, /^ocits: .*\n$/)
  const known = wordings.find(([words]) => words.test(stderr))
  if (known === undefined) throw new Error(`${verb}: ${stderr}`)
  return known[1]
}

const words = ({ verb, answer, from, to }: Operation) => `${from.toFixed(1)}–${to.toFixed(1)} ${verb}: ${answer}`

live('the model finds impossible answers', () => {
  const at = (verb: Verb, answer: Answer, from: number, to: number): Operation => ({ verb, answer, from, to })
  const created = at('create', 'done', 0, 1)
  for (const wrong of [
    [created, at('start', 'done', 2, 9), at('start', 'done', 3, 9)],
    [created, at('create', 'done', 2, 3)],
    [created, at('state', 'none', 2, 3)],
    [created, at('state', 'stopped', 2, 3)],
    [created, at('start', 'done', 2, 3), at('delete', 'done', 4, 5)],
    [created, at('start', 'done', 2, 3), at('state', 'created', 4, 5)],
    [created, at('delete', 'done', 2, 3), at('delete', 'done', 2, 3)],
    [at('create', 'interrupted', 0, 1)],
    [created, at('kill', 'stopped', 2, 3)],
  ])
    assert.is(impossible(wrong), wrong.length - 1)
  for (const right of [
    [created, at('start', 'done', 2, 9), at('start', 'running', 3, 9), at('state', 'created', 4, 5)],
    [at('create', 'done', 0, 9), at('create', 'stopped', 1, 8), at('state', 'creating', 3, 4)],
    [created, at('delete', 'killed', 2, 3), at('state', 'stopped', 4, 5), at('delete', 'done', 6, 7)],
    [at('create', 'interrupted', 0, 9), at('delete --force', 'done', 1, 8)],
    [created, at('kill', 'done', 2, 3), at('state', 'created', 4, 5), at('state', 'stopped', 6, 7)],
  ])
    assert.is(impossible(right), undefined)
  return Promise.resolve()
})

live(
  `${count} operations by eight workers on five ids are correct in some order`,
  async () => {
    const before = traces(root)
    const bundle = await waiting()
    const calls = await callsOf(bundle)
    const histories = new Map(ids.map((id) => [id, [] as Operation[]]))
    const unknown: string[] = []
    let left = count

    const listed = async () => {
      const from = performance.now()
      const { code, stdout, stderr } = await ocits(['list', '--format', 'json'])
      const to = performance.now()
      assert.is(code, 0, stderr)
      const found = (JSON.parse(stdout) ?? []) as readonly { id: string; status: Answer }[]
      for (const id of ids) {
        const answer = found.find((one) => one.id === id)?.status ?? 'none'
        histories.get(id)?.push({ verb: 'state', answer, from, to })
      }
    }

    const operate = async (random: (below: number) => number) => {
      const verb = choices[random(choices.length)] ?? 'list'
      const id = ids[random(ids.length)] ?? 'a'
      if (verb === 'list') return listed()
      const args = verb === 'create' ? [verb, '--bundle', bundle, id] : [...verb.split(' '), id]
      if (verb === 'kill') args.push('KILL')
      const places = random(8) === 0 ? (calls.get(verb) ?? []) : []
      const from = performance.now()
      const place = places[random(places.length)]
      const result = await (place === undefined
        ? ocits(args, { limit: 60_000 })
        : withFault([...ocits.command, ...args], place, 'kill'))
      const to = performance.now()
      try {
        histories.get(id)?.push({ verb, answer: answerOf(verb, result), from, to })
      } catch (error) {
        unknown.push((error as Error).message)
      }
    }

    await Promise.all(
      Array.from({ length: 8 }, async (_, worker) => {
        const random = randomOf(seed * 8 + worker)
        while (left-- > 0) await operate(random)
      }),
    )
    assert.equal(unknown, [], `seed ${seed}`)
    let killed = 0
    for (const [id, history] of histories) {
      history.sort((a, b) => a.from - b.from)
      killed += history.filter(({ answer }) => answer === 'killed').length
      const wrong = impossible(history)
      if (wrong === undefined) continue
      const near = history.filter(
        ({ from, to }) => to > (history[wrong]?.from ?? 0) - 500 && from < (history[wrong]?.to ?? 0),
      )
      throw new Error(`seed ${seed}: ${id}: ${words(history[wrong] as Operation)}\n${near.map(words).join('\n')}`)
    }
    console.log(`faults: ${count} operations, ${killed} of them killed`)
    for (const id of ids) await ocits(['delete', '--force', id])
    await unchanged(before, root)
  },
  hour,
)

/** The calls of each command in one life at which it may be killed. */
async function callsOf(bundle: string): Promise<ReadonlyMap<Verb, readonly Place[]>> {
  const calls = new Map<Verb, readonly Place[]>()
  const life = [
    ['create', '--bundle', bundle],
    ['start'],
    ['state'],
    ['kill', 'KILL'],
    ['delete', '--force'],
    ['delete'],
  ]
  for (const [verb = '', ...more] of life) {
    if (verb === 'delete' && more.length === 0) succeeded(await ocits(['create', '--bundle', bundle, 'a']))
    const words = verb === 'kill' ? [verb, 'a', ...more] : [verb, ...more, 'a']
    const { places } = await recorded([...ocits.command, ...words])
    const name = (verb === 'delete' && more.length > 0 ? 'delete --force' : verb) as Verb
    calls.set(
      name,
      places.filter(({ process }) => process === '0'),
    )
  }
  return calls
}

test.run()
