import type { Step } from '../../step/step.ts'
import { stepLink } from './boxes.ts'
import { type Config, excerpt } from './config.ts'
import { type Content, element, type Markup } from './markup.ts'

type Band = { readonly inside: number; readonly outside: number; readonly size: number }

/** The lines of a map as the kernel has them: user_namespaces(7). */
const bandsOfMap = (map: string): readonly Band[] =>
  map.split('\n').flatMap((text) => {
    const [inside = 0, outside = 0, size = 0] = text.split(' ').map(Number)
    return size > 0 ? [{ inside, outside, size }] : []
  })

/** The maps of ids, of the user namespace and of mounts: which ids inside are which outside. */
export function bands(config: Config, steps: readonly Step[]): Content {
  return [...steps.entries()].map(([index, step]) => {
    if (step.op !== 'idmap' && step.op !== 'idmap_source') return undefined
    const gids = step.pointer.replace(/uidMappings$/, 'gidMappings')
    return element(
      'section',
      { class: 'maps' },
      element('h3', {}, stepLink(index), step.op === 'idmap' ? ' of the user namespace' : ` of clone ${step.slot}`),
      mapOf('users', bandsOfMap(step.uids)),
      mapOf('groups', bandsOfMap(step.gids)),
      [...new Set([step.pointer, gids])].map((pointer) => excerpt(config, { pointers: [pointer], most: 8 })),
    )
  })
}

function mapOf(whose: string, all: readonly Band[]): Markup {
  return element(
    'div',
    { class: 'map' },
    element('h4', {}, whose),
    element(
      'ol',
      {},
      all.map(({ inside, outside, size }) =>
        element(
          'li',
          { style: `--size:${(1 + Math.log2(size)).toFixed(1)}` },
          element('span', { class: 'in' }, element('small', {}, 'inside'), ' ', range(inside, size)),
          element('span', { class: 'to' }, ' is '),
          element('span', { class: 'out' }, element('small', {}, 'outside'), ' ', range(outside, size)),
        ),
      ),
    ),
  )
}

const range = (first: number, size: number) => (size === 1 ? `${first}` : `${first}–${first + size - 1}`)
