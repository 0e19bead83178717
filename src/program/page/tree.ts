import { line } from '../../step/line.ts'
import { plain } from '../../step/quote.ts'
import type { Op, Step } from '../../step/step.ts'
import { stepLink } from './boxes.ts'
import { type Config, excerpt } from './config.ts'
import { breakable, type Content, element, type Markup } from './markup.ts'

type Leaf = { readonly kind: string; readonly path: string; readonly index: number }

/** A mount, and what is mounted or made in it later. */
export type Branch = {
  readonly path: string
  /** undefined: the root of a plan that mounts none. */
  readonly at: { readonly index: number; readonly step: Step } | undefined
  readonly what: string
  /** The mount below which it is told: that in which it lies, but for those that lie very deep. */
  readonly above: Branch | undefined
  readonly depth: number
  readonly below: Branch[]
  readonly leaves: Leaf[]
}

/** What is made in a mount, or done to a part of it. */
const kinds: Readonly<Partial<Record<Op, string>>> = {
  device: 'device',
  device_bind: 'device',
  symlink: 'link',
  readonly: 'read-only',
  mask: 'hidden',
  remount: 'changed',
}

/** So deep is what a reader can follow. */
const deepest = 24

/** The mounts of a plan as they come to be, each below that in which it lies. */
export function branchOf(steps: readonly Step[]): Branch {
  let root: Branch = { path: '/', at: undefined, what: 'the root', above: undefined, depth: 0, below: [], leaves: [] }
  const sources = new Map<number, string>()
  const { add, holder } = finder(root)
  for (const [index, step] of steps.entries()) {
    if (step.op === 'source' || step.op === 'source_in_root') sources.set(step.slot, step.path)
    const kind = kinds[step.op]
    if (step.op === 'root' || step.op === 'joined_root') root = { ...root, at: { index, step }, what: line(step) }
    else if (kind !== undefined) {
      const path = pathOfStep(step)
      const { leaves, ...mount } = holder(path)
      leaves.push({ kind, path: leafName(step, path, mount.path), index })
    } else if (step.op === 'mount' || step.op === 'mount_or_bind' || step.op === 'bind') {
      const path = step.target
      const what = step.op === 'bind' ? boundTo(line(step), sources.get(step.slot)) : line(step)
      const lies = holder(path.slice(0, path.lastIndexOf('/')))
      const above = lies.depth < deepest ? lies : (lies.above ?? lies)
      const branch = { path, at: { index, step }, what, above, depth: above.depth + 1, below: [], leaves: [] }
      above.below.push(branch)
      add(branch)
    }
  }
  return root
}

const boundTo = (words: string, source: string | undefined) =>
  source === undefined ? words : `${words}: ${plain(source)} of the host`

const pathOfStep = (step: Step) => ('path' in step ? step.path : 'target' in step ? step.target : '/')

// As it is seen from the mount in which it lies.
function leafName(step: Step, path: string, mount: string): string {
  if (step.op === 'remount') return line(step)
  const words = step.op === 'symlink' ? line(step) : plain(path)
  const start = mount === '/' ? '/' : `${plain(mount)}/`
  return words.startsWith(start) && words !== start ? words.slice(start.length) : words
}

type Finder = { readonly add: (branch: Branch) => void; readonly holder: (path: string) => Branch }

/** Finds the mount in which a path lies: of those on the way to it each that was made after the one before, as a later one hides what was below. */
function finder(root: Branch): Finder {
  const made = new Map<string, { readonly branch: Branch; readonly turn: number }>()
  const add = (branch: Branch) => {
    made.set(branch.path, { branch, turn: ++turns })
  }
  let turns = 0
  const holder = (path: string) => {
    let found = { branch: root, turn: 0 }
    for (let end = 0; end >= 0 && end < path.length; ) {
      end = path.indexOf('/', end + 1)
      const next = made.get(end < 0 ? path : path.slice(0, end))
      if (next !== undefined && next.turn > found.turn) found = next
    }
    return found.branch
  }
  return { add, holder }
}

const count = (branch: Branch): number => branch.below.reduce((sum, each) => sum + count(each), 1)

/** How many mounts a plan makes. */
export const mountsOf = (steps: readonly Step[]): number => count(branchOf(steps))

/** The tree of the mounts. A bar beside each begins where it comes to be, of all the plan, from the left to the right. */
export function mountTree(config: Config, steps: readonly Step[]): Markup {
  const pivot = steps.findIndex(({ op }) => op === 'pivot' || op === 'move_root' || op === 'chroot')
  const share = (index: number) => `${((100 * index) / Math.max(steps.length, 1)).toFixed(1)}%`
  const bar = (index: number) => element('span', { class: 'bar', style: `--from:${share(index)}` })
  const one = (branch: Branch): Markup =>
    element(
      'li',
      {},
      element(
        'div',
        { class: 'mount', style: `--depth:${branch.depth}` },
        element('p', { class: 'path' }, element('b', {}, branch.path === '/' ? '/' : plain(branch.path))),
        element(
          'div',
          { class: 'how' },
          element('p', {}, branch.at && [stepLink(branch.at.index), ' '], breakable(branch.what)),
          leavesOf(branch),
        ),
        element('div', { class: 'track' }, branch.at && bar(branch.at.index)),
        branch.at &&
          excerpt(config, { pointers: [branch.at.step.pointer], text: plain(branch.at.step.pointer), most: 7 }),
      ),
      branch.below.length === 0 ? undefined : element('ul', {}, branch.below.map(one)),
    )
  return element(
    'div',
    { class: 'tree', style: pivot < 0 ? undefined : `--pivot:${share(pivot)}` },
    element(
      'p',
      { class: 'mount axis', 'aria-hidden': 'true' },
      element(
        'span',
        { class: 'track' },
        element('span', {}, 'step 0'),
        pivot < 0 ? undefined : element('span', { class: 'turns' }, pivot),
      ),
    ),
    element('ul', {}, one(branchOf(steps))),
  )
}

function leavesOf({ leaves }: Branch): Content {
  return [...new Set(leaves.map(({ kind }) => kind))].map((kind) =>
    element(
      'p',
      { class: 'leaves' },
      `${kind}: `,
      leaves
        .filter((leaf) => leaf.kind === kind)
        .map(({ path, index }, at) => [at === 0 ? '' : ', ', element('a', { href: `#step-${index}` }, path)]),
    ),
  )
}
