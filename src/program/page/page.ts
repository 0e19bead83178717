import type { Spec } from '../../spec/spec.ts'
import { line } from '../../step/line.ts'
import { plain } from '../../step/quote.ts'
import type { Step } from '../../step/step.ts'
import { type Lesson, lessons } from '../lesson.ts'
import type { Run } from '../runs.ts'
import { bands } from './bands.ts'
import { boxes } from './boxes.ts'
import { configOf, wholeConfig } from './config.ts'
import { lanes } from './lanes.ts'
import { type Content, code, element, type Markup, short, styleSheet, textOfMarkup } from './markup.ts'
import { style } from './style.ts'
import { mountsOf, mountTree } from './tree.ts'

/** A plan that is shown as a page. `runs`: its steps, as they are told together. */
export type Shown = {
  readonly bundle: string
  /** The text of config.json, and what it says. */
  readonly text: string
  readonly spec: Spec
  readonly runs: readonly Run[]
}

/** The page of a plan, complete by itself: no script, and nothing that a browser would load. */
export function pageOf({ bundle, text, spec, runs }: Shown): string {
  const steps = runs.flatMap((run) => run.steps)
  const config = configOf(text)
  const all = lessons(runs)
  const name = bundle.slice(bundle.lastIndexOf('/') + 1) || bundle
  const head = element(
    'head',
    {},
    element('meta', { charset: 'utf-8' }),
    // Whatever a page might hold, a browser neither loads nor runs it.
    element('meta', {
      'http-equiv': 'Content-Security-Policy',
      content: "default-src 'none'; style-src 'unsafe-inline'",
    }),
    element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    element('meta', { name: 'color-scheme', content: 'light dark' }),
    element('title', {}, `The plan of ${name}`),
    styleSheet(style),
  )
  const parts: readonly (readonly [id: string, title: string, what: string, content: Content])[] = [
    [
      'namespaces',
      'Namespaces',
      'Each box is opened from the one around it, by one system call, in this order.',
      boxes(config, steps),
    ],
    [
      'mounts',
      'Mounts',
      'The tree as it grows. A bar begins where its mount is made; the line across is where the tree becomes the root.',
      mountTree(config, steps),
    ],
    ['ids', 'Ids', idWords(steps), bands(config, steps)],
    [
      'plan',
      'The plan',
      'Two processes walk the same list, from the top to the bottom, and each does its own steps. Where an arrow stands, one has finished and sends a message, and the other goes on.',
      lanes(config, all),
    ],
    [
      'config',
      'config.json',
      config.own
        ? 'The whole file. Beside a line are the steps that it asks for.'
        : 'The whole file, with line breaks that it does not have itself. Beside a line are the steps that it asks for.',
      wholeConfig(config, askedBy(steps)),
    ],
  ]
  const body = element(
    'body',
    {},
    element(
      'header',
      {},
      element('p', { class: 'kicker' }, 'What ocits does for'),
      element('h1', {}, plain(name)),
      spec.annotations?.['org.ocits.about'] && element('p', { class: 'about' }, spec.annotations['org.ocits.about']),
      facts(bundle, steps),
      stageNav(all),
    ),
    element(
      'main',
      {},
      parts.map(([id, title, what, content]) =>
        element(
          'section',
          { id, 'aria-labelledby': `${id}-title` },
          element('h2', { id: `${id}-title` }, title),
          element('p', { class: 'says' }, what),
          content,
        ),
      ),
    ),
    element('footer', {}, 'Made by ', code(`ocits plan --html FILE ${plain(bundle)}`), '.'),
  )
  return `<!DOCTYPE html>\n${textOfMarkup(element('html', { lang: 'en' }, head, body))}\n`
}

const idWords = (steps: readonly Step[]) =>
  steps.some(({ op }) => op === 'idmap' || op === 'idmap_source')
    ? 'Who is who: a user or group of the container, and below it the one of the host that it is.'
    : 'No ids are mapped: a user of the container is the user of the host with the same id, root too.'

function facts(bundle: string, steps: readonly Step[]): Markup {
  const program = steps.find(({ op }) => op === 'exec')
  const of = (actor: string) => steps.filter((step) => step.actor === actor).length
  const rows: readonly (readonly [string, Content])[] = [
    ['bundle', code(plain(bundle))],
    ['program', program && code(short(line(program)))],
    ['steps', `${steps.length}: ${of('parent')} of the parent, ${of('init')} of the init`],
    ['mounts', String(mountsOf(steps))],
  ]
  return element(
    'dl',
    {},
    rows.map(([name, value]) =>
      value === undefined ? undefined : element('div', {}, element('dt', {}, name), element('dd', {}, value)),
    ),
  )
}

/** The stages at a glance: a mark for each step, above of the parent, below of the init. */
function stageNav(all: readonly Lesson[]): Markup {
  return element(
    'nav',
    { 'aria-label': 'Stages of the plan' },
    element(
      'ol',
      {},
      all.map(({ stage, title, runs }, at) => {
        const steps = runs.flatMap((run) => run.steps)
        return element(
          'li',
          { 'data-stage': stage, style: `--steps:${steps.length}` },
          element(
            'a',
            { href: `#stage-${at}` },
            title,
            element(
              'span',
              { class: 'marks', 'aria-hidden': 'true' },
              steps.map(({ actor }) => element('i', { class: actor })),
            ),
          ),
        )
      }),
    ),
  )
}

function askedBy(steps: readonly Step[]): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>()
  for (const [index, { pointer }] of steps.entries()) {
    const own = found.get(pointer)
    if (own === undefined) found.set(pointer, [index])
    else own.push(index)
  }
  return found
}
