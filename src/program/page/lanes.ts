import { line } from '../../step/line.ts'
import { plain } from '../../step/quote.ts'
import type { Step } from '../../step/step.ts'
import { callOf, type Lesson } from '../lesson.ts'
import { type Run, rowOfRun } from '../runs.ts'
import { type Config, excerpt, linkTo } from './config.ts'
import { breakable, type Content, code, element, type Markup } from './markup.ts'

/** So many lines of config.json stand beside a step. */
const most = 8

/** The stages of a plan, one after the other, each step in the lane of its process and beside the lines that ask for it. */
export function lanes(config: Config, all: readonly Lesson[]): Markup {
  let last: Step['actor'] | undefined
  return element(
    'div',
    { class: 'lanes' },
    element(
      'p',
      { class: 'heads' },
      element('span', { class: 'parent' }, element('b', {}, 'parent'), ' the command'),
      element('span', { class: 'init' }, element('b', {}, 'init'), ' the container’s process'),
      element('span', { class: 'asked' }, element('b', {}, 'config.json'), ' what asks for it'),
    ),
    all.map(({ stage, title, why, runs }, at) =>
      element(
        'section',
        { class: 'stage', id: `stage-${at}`, 'data-stage': stage },
        element('h3', {}, why === undefined ? `${title}, once more` : title),
        why === undefined ? undefined : element('p', { class: 'why' }, why),
        element(
          'ul',
          { class: 'steps' },
          runs.map((run) => {
            const actor = run.steps[0]?.actor
            // What is concurrent waits for no message.
            const turns = last !== undefined && actor !== last && run.steps[0]?.op !== 'concurrent'
            last = actor
            return stepOf(config, run, turns)
          }),
        ),
      ),
    ),
  )
}

function stepOf(config: Config, run: Run, turns: boolean): Markup {
  const { first, steps } = run
  const [number, actor, name, pointer, what] = rowOfRun(run)
  const { call, page } = callOf(steps[0] as Step)
  const isOne = steps.length === 1
  return element(
    'li',
    { class: `${actor}${turns ? ' turn' : ''}`, id: isOne ? `step-${first}` : undefined },
    element(
      'div',
      { class: 'step' },
      element(
        'p',
        { class: 'name' },
        element('a', { class: 'number', href: `#step-${first}` }, number.replace('-', '–')),
        ' ',
        element('b', {}, name),
        ' ',
        element('span', { class: 'who' }, actor),
      ),
      element('p', { class: 'what' }, isOne ? breakable(what) : `${steps.length} times`),
      isOne
        ? undefined
        : element(
            'ul',
            { class: 'each' },
            steps.map((step, i) => oneOf(config, step, first + i)),
          ),
      element('p', { class: 'call' }, code(call), ' ', element('cite', {}, page)),
    ),
    excerpt(config, { pointers: steps.map((step) => step.pointer), text: pointer, most }),
  )
}

const oneOf = (config: Config, step: Step, index: number): Content =>
  element(
    'li',
    { id: `step-${index}` },
    element('span', { class: 'number' }, index),
    ' ',
    breakable(line(step)),
    step.pointer === '' ? undefined : [' ', element('small', {}, linkTo(config, step.pointer, plain(step.pointer)))],
  )
