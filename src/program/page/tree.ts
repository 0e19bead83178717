import { line } from '../../step/line.ts'
import { plain } from '../../step/quote.ts'
import type { Op, Step } from '../../step/step.ts'
import { stepLink } from './boxes.ts'
import { type Config, excerpt } from './config.ts'
import { breakable, type Content, element, type Markup } from './markup.ts'

type Leaf = { readonly kind: string; readonly path: string; readonly index: number }

/** A mount, and what is mounted or made in it later. */
type Branch = {
  readonly path: string
  /** undefined: the root of a plan that mounts none. */
  readonly at: { readonly index: number; readonly step: Step } | undefined
  readonly what: string
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

/** The mounts of a plan as they come to be, each below that in which it lies. */
export function branchOf(steps: readonly Step[]): Branch {
  let root: Branch = { path: '/', at: undefined, what: 'the root', below: [], leaves: [] }
  const sources = new Map<number, string>()
  for (const [index, step] of steps.entries()) {
    if (step.op === 'source' || step.op === 'source_in_root') sources.set(step.slot, step.path)
    const kind = kinds[step.op]
    if (step.op === 'root' || step.op === 'joined_root') root = { ...root, at: { index, step }, what: line(step) }
    else if (kind !== undefined) {
      const path = pathOfStep(step)
      const words = step.op === 'symlink' || step.op === 'remount' ? line(step) : plain(path)
      const mount = holder(root, path)
      const start = mount.path === '/' ? '/' : `${plain(mount.path)}/`
      mount.leaves.push({
        kind,
        path: words.startsWith(start) && words !== '/' && step.op !== 'remount' ? words.slice(start.length) : words,
        index,
      })
    } else if (step.op === 'mount' || step.op === 'mount_or_bind' || step.op === 'bind')
      holder(root, step.target).below.push({
        path: step.target,
        at: { index, step },
        what: step.op === 'bind' ? boundTo(line(step), sources.get(step.slot)) : line(step),
        below: [],
        leaves: [],
      })
  }
  return root
}

const boundTo = (words: string, source: string | undefined) =>
  source === undefined ? words : `${words}: ${plain(source)} of the host`

const pathOfStep = (step: Step) => ('path' in step ? step.path : 'target' in step ? step.target : '/')

// The mount that a path lies in: of several at one place the last one.
function holder(branch: Branch, path: string): Branch {
  for (const each of [...branch.below].reverse())
    if (path === each.path || path.startsWith(`${each.path}/`)) return holder(each, path)
  return branch
}

const count = (branch: Branch): number => branch.below.reduce((sum, each) => sum + count(each), 1)

/** How many mounts a plan makes. */
export const mountsOf = (steps: readonly Step[]): number => count(branchOf(steps))

/** The tree of the mounts. A bar beside each begins where it comes to be, of all the plan, from the left to the right. */
export function mountTree(config: Config, steps: readonly Step[]): Markup {
  const pivot = steps.findIndex(({ op }) => op === 'pivot' || op === 'move_root' || op === 'chroot')
  const share = (index: number) => `${((100 * index) / Math.max(steps.length, 1)).toFixed(1)}%`
  const bar = (index: number) => element('span', { class: 'bar', style: `--from:${share(index)}` })
  const one = (branch: Branch, depth: number): Markup =>
    element(
      'li',
      {},
      element(
        'div',
        { class: 'mount', style: `--depth:${depth}` },
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
      branch.below.length === 0
        ? undefined
        : element(
            'ul',
            {},
            branch.below.map((each) => one(each, depth + 1)),
          ),
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
    element('ul', {}, one(branchOf(steps), 0)),
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
