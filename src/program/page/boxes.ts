import { namespaces } from '../../kernel/namespaces.ts'
import { line } from '../../step/line.ts'
import { plain } from '../../step/quote.ts'
import type { Op, Step } from '../../step/step.ts'
import { callOf } from '../lesson.ts'
import { type Config, excerpt } from './config.ts'
import { type Content, code, element, type Markup, short } from './markup.ts'

type Type = keyof typeof namespaces
const types = Object.keys(namespaces) as readonly Type[]

/** What a namespace of each type has of its own: namespaces(7). */
const holds: Readonly<Record<Type, string>> = {
  user: 'user and group ids, capabilities',
  uts: 'the host name',
  ipc: 'message queues, semaphores, shared memory',
  pid: 'process ids',
  mount: 'the tree of mounts',
  network: 'network devices, addresses, ports',
  cgroup: 'the root of the cgroups',
  time: 'the clocks since boot',
}

/** Steps that change something in a namespace, by its type. */
const inside: Readonly<Partial<Record<Op, Type>>> = {
  idmap: 'user',
  become_root: 'user',
  hostname: 'uts',
  domainname: 'uts',
  fork: 'pid',
  time_offsets: 'time',
  loopback: 'network',
  net_device: 'network',
  propagation: 'mount',
  root: 'mount',
  joined_root: 'mount',
  pivot: 'mount',
  move_root: 'mount',
}

/** A step by which the init comes into namespaces: new ones, or `path`, one that is there. */
type Opening = { readonly index: number; readonly step: Step; readonly types: readonly Type[]; readonly path?: string }

/** The namespaces of a plan in the order in which the init enters them. */
function openings(steps: readonly Step[]): readonly Opening[] {
  const found: Opening[] = []
  const paths = new Map<number, string>()
  for (const [index, step] of steps.entries()) {
    if (step.op === 'nsfd') paths.set(step.type, step.path)
    if (step.op === 'setns') found.push({ index, step, types: typesOf(step.type), path: paths.get(step.type) ?? '' })
    const flags = step.op === 'spawn' || step.op === 'unshare' ? step.flags : 0
    if (flags !== 0) found.push({ index, step, types: typesOf(flags) })
  }
  return found
}

const typesOf = (flags: number) => types.filter((type) => flags & namespaces[type].flag)

/** Namespaces as boxes, each in the one from which it is opened, and in the last one the program. */
export function boxes(config: Config, steps: readonly Step[]): Markup {
  const all = openings(steps)
  const own = all.flatMap((each) => each.types)
  const shared = types.filter((type) => !own.includes(type))
  const program = steps.findIndex(({ op }) => op === 'exec')
  const last = steps[program]
  const core = last && element('div', { class: 'core' }, stepLink(program), ' ', code(short(line(last))))
  const nested = all.reduceRight<Content>(
    (content, opening) => box(config, { opening, steps, isLast: isLastOf(all, opening) }, content),
    core,
  )
  return element(
    'div',
    { class: 'box host' },
    element('p', { class: 'name' }, element('b', {}, 'the host')),
    shared.length === 0
      ? undefined
      : element(
          'p',
          { class: 'shared' },
          'The container has no ',
          element('b', {}, shared.join(', ')),
          ` namespace of its own: it sees the host’s (${shared.map((type) => holds[type]).join('; ')}).`,
        ),
    nested,
  )
}

// A namespace may be made again later; then what happens in it belongs to that one.
const isLastOf = (all: readonly Opening[], opening: Opening) => (type: Type) =>
  all.filter((each) => each.types.includes(type)).pop() === opening

type Boxed = { readonly opening: Opening; readonly steps: readonly Step[]; readonly isLast: (type: Type) => boolean }

function box(config: Config, { opening, steps, isLast }: Boxed, content: Content): Markup {
  const { index, step, path } = opening
  const room = (type: Type) =>
    element(
      'li',
      {},
      element('b', {}, type),
      ' ',
      element('span', { class: 'holds' }, holds[type]),
      path === undefined ? undefined : element('p', {}, 'joined: ', code(plain(path))),
      isLast(type) ? acts(steps, type) : undefined,
    )
  return element(
    'div',
    { class: 'box' },
    element(
      'div',
      { class: 'opens' },
      element(
        'div',
        {},
        element('p', { class: 'name' }, stepLink(index), ' ', code(callOf(step).call)),
        element('ul', { class: 'rooms' }, opening.types.map(room)),
      ),
      excerpt(config, { pointers: [step.pointer], text: plain(step.pointer), most: 10 }),
    ),
    content,
  )
}

function acts(steps: readonly Step[], type: Type): Content {
  const own = [...steps.entries()].filter(([, { op }]) => inside[op] === type)
  if (own.length === 0) return undefined
  return element(
    'ul',
    { class: 'acts' },
    own.map(([index, step]) => element('li', {}, stepLink(index), ` ${step.op}: ${line(step)}`)),
  )
}

/** The number of a step, which leads to it. */
export const stepLink = (index: number): Markup =>
  element('a', { class: 'number', href: `#step-${index}`, title: `step ${index}` }, index)
