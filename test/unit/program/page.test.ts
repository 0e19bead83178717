import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Host } from '../../../src/plan/host.ts'
import { planCreate } from '../../../src/plan/plan.ts'
import { callOf, lessons } from '../../../src/program/lesson.ts'
import { element, textOfMarkup } from '../../../src/program/page/markup.ts'
import { pageOf } from '../../../src/program/page/page.ts'
import { linesOfConfig, placesOf } from '../../../src/program/page/places.ts'
import { style } from '../../../src/program/page/style.ts'
import { type Branch, branchOf } from '../../../src/program/page/tree.ts'
import { runsOf, single } from '../../../src/program/runs.ts'
import { check } from '../../../src/spec/load.ts'
import { at } from '../../../src/spec/pointer.ts'
import { line } from '../../../src/step/line.ts'
import { plain } from '../../../src/step/quote.ts'
import type { Step } from '../../../src/step/step.ts'
import { hostOf, request, rootlessHost } from '../../fixtures/hosts.ts'
import { type Node, nodesOf, parsed, textIn, withId } from '../../harness/markup.ts'

const top = new URL('../../../bundles/', import.meta.url)
const bundles = readdirSync(top).filter((name) => existsSync(new URL(`${name}/config.json`, top)))
const textOf = (name: string) => readFileSync(new URL(`${name}/config.json`, top), 'utf8')

type Made = { readonly text: string; readonly steps: readonly Step[]; readonly html: string; readonly page: Node }

function made(text: string, host: Host, { bundle = '/bundles/web', all = false } = {}): Made {
  const checked = check(text)
  if (checked === undefined || 'faults' in checked) throw new Error(JSON.stringify(checked))
  const steps = planCreate(checked.spec, host, { ...request, mode: 'run' }, text)
  const runs = all ? single(steps) : runsOf(steps)
  const html = pageOf({ bundle, text, spec: checked.spec, runs })
  return { text, steps, html, page: parsed(html) }
}

const everyPage: readonly (readonly [name: string, made: Made])[] = [
  ...bundles.flatMap((name) =>
    [...new Set([hostOf(name, 1), hostOf(name, 2)])].flatMap((host) =>
      host === undefined ? [] : [[name, made(textOf(name), host)] as const],
    ),
  ),
  ['rootless', made(textOf('rootless'), rootlessHost)],
]

const valuesOf = (page: Node, key: string) => [...nodesOf(page)].flatMap(({ attributes }) => attributes.get(key) ?? [])

/** All elements of our pages. */
const elements = new Set(
  `html head meta title style body header main footer nav section div p h1 h2 h3 h4 ul ol li dl dt dd a b i small span code cite pre figure figcaption wbr`.split(
    ' ',
  ),
)
const keys = new Set(
  `lang charset http-equiv content name class id href style title aria-labelledby aria-label aria-hidden data-n data-stage`.split(
    ' ',
  ),
)

function isOurs(page: Node): void {
  for (const { name, attributes } of nodesOf(page)) {
    assert.ok(elements.has(name), name)
    for (const key of attributes.keys()) assert.ok(keys.has(key), `${name} has ${key}`)
  }
}

test('the page of each bundle is well-formed, and loads nothing', () => {
  for (const [name, { html, page }] of everyPage) {
    isOurs(page)
    for (const to of valuesOf(page, 'href')) assert.ok(to.startsWith('#'), `${name}: ${to}`)
    for (const value of valuesOf(page, 'style')) assert.match(value, /^--[a-z]+:[0-9.]+%?$/)
    for (const word of ['<script', ' src=', '<link', '<iframe', 'javascript:']) assert.not(html.includes(word), word)
  }
  for (const word of ['url(', '@import', 'http', '<', '&']) assert.not(style.includes(word), word)
})

test('each step is on the page once, in its order, with its process, its words and its pointer', () => {
  for (const [name, { steps, page }] of everyPage) {
    const found = valuesOf(withId(page, 'plan'), 'id').filter((id) => id.startsWith('step-'))
    assert.equal(
      found,
      steps.map((_, index) => `step-${index}`),
      name,
    )
    for (const { attributes, children } of nodesOf(withId(page, 'plan'))) {
      if (!/^(parent|init)\b/.test(attributes.get('class') ?? '') || attributes.get('id') === undefined) continue
      const index = Number(attributes.get('id')?.slice('step-'.length))
      const { actor, op, pointer } = steps[index] as Step
      const text = textIn({ name: 'li', attributes, children })
      assert.ok(text.includes(line(steps[index] as Step)), `${name} ${index}`)
      assert.is(attributes.get('class')?.replace(' turn', ''), actor)
      for (const word of [op, actor, plain(pointer), callOf(steps[index] as Step).page])
        assert.ok(text.includes(word), `${name} ${index}: ${word}`)
    }
    const text = textIn(page)
    for (const { pointer } of steps) assert.ok(text.includes(plain(pointer)), `${name}: ${pointer}`)
  }
})

test('each stage and its reason are on the page, and no link is dead', () => {
  for (const [name, { steps, page }] of everyPage) {
    const text = textIn(withId(page, 'plan'))
    for (const { title, why } of lessons(runsOf(steps)))
      assert.ok(text.includes(title) && text.includes(why ?? ''), title)
    const ids = valuesOf(page, 'id')
    assert.is(new Set(ids).size, ids.length, name)
    for (const to of [...valuesOf(page, 'href'), ...valuesOf(page, 'aria-labelledby').map((id) => `#${id}`)])
      assert.ok(ids.includes(to.slice(1)), `${name}: ${to}`)
  }
})

test('headings go down one level at a time, so that the page can be read without its style sheet', () => {
  for (const [name, { page }] of everyPage) {
    let last = 0
    for (const { name: element } of nodesOf(page)) {
      if (!/^h[1-6]$/.test(element)) continue
      const level = Number(element[1])
      assert.ok(level <= last + 1 && (level > 1 || last === 0), `${name}: ${element}`)
      last = level
    }
    assert.equal([...nodesOf(page)].filter((node) => node.name === 'h2').map(textIn), [
      'Namespaces',
      'Mounts',
      'Ids',
      'The plan',
      'config.json',
    ])
  }
})

test('with --all each step is separate', () => {
  const { steps, page } = made(textOf('hello'), hostOf('hello', 1) as Host, { all: true })
  const items = [...nodesOf(page)].filter(
    ({ attributes }) => /^(parent|init)( turn)?$/.test(attributes.get('class') ?? '') && attributes.has('id'),
  )
  assert.is(items.length, steps.length)
})

test('next to a step are the lines of its field, with their numbers; of many the first ones, and a link to the rest', () => {
  const besides = (made: Made, index: number): readonly string[] => {
    const item = [...nodesOf(withId(made.page, 'plan'))].find(
      (node) =>
        node.name === 'li' &&
        node.attributes.has('class') &&
        [...nodesOf(node)].some((each) => each.attributes.get('id') === `step-${index}`),
    )
    if (item === undefined) throw new Error(`no step ${index}`)
    const shown = [...nodesOf(item)].filter(({ attributes }) => attributes.get('class') === 'line')
    const more = [...nodesOf(item)].filter(({ attributes }) => attributes.get('class') === 'more')
    return [...shown.map((node) => `${node.attributes.get('data-n')} ${textIn(node)}`), ...more.map(textIn)]
  }
  const hello = made(textOf('hello'), hostOf('hello', 1) as Host)
  const step = (op: string, { steps }: Made) => steps.findIndex((each) => each.op === op)
  assert.equal(besides(hello, step('mount', hello) + 1), [
    '16 {',
    '17   "destination": "/dev",',
    '18   "type": "tmpfs",',
    '19   "source": "tmpfs",',
    '20   "options": ["nosuid", "strictatime", "mode=755", "size=64k"]',
    '21 },',
  ])
  assert.equal(besides(hello, 0), [])
  const docker = made(textOf('docker-default'), hostOf('docker-default', 2) as Host)
  const masks =
    docker.text
      .split('\n')
      .flatMap((text, i) => (text.includes('/proc/asound",') ? [i + 1] : []))
      .at(-1) ?? 0
  assert.equal(
    besides(docker, step('mask', docker)).map((text) => text.split(' ')[0]),
    [masks, masks + 1].map(String),
  )
  const filter = besides(docker, step('seccomp', docker))
  assert.is(filter.length, 9)
  assert.match(filter[8] ?? '', /^\d+ more lines$/)
})

test('a name of a program or a file is no markup in an attribute, either', () => {
  const text = textOfMarkup(
    element('p', { title: `"'<>&\n`, class: undefined }, '"<>&', [3, undefined, element('wbr', {})]),
  )
  assert.is(text, '<p title="&quot;&#39;&lt;&gt;&amp;\n">&quot;&lt;&gt;&amp;3<wbr/></p>')
  assert.is(textOfMarkup(element('p', {}, '\ud800\u202e\0é😀')), '<p>\\ud800\\u202e\\u0000é😀</p>')
})

test('a hostile config is text, at every place', () => {
  const words = [
    '</pre></style><script>alert(1)</script><img src=x onerror=alert(1)>',
    '" onmouseover="alert(1)" x="',
    "' style='--x:url(http://evil)",
    '&lt;b&gt;&#60;&amp',
    '<!--',
    ']]>',
    '\u202egpj.exe\u2066\u200b',
    '\u0085\u009b31m\ufeff',
    'a face: \ud83d\ude00',
  ]
  const path = (word: string) => `/${word.replaceAll('/', '_')}`
  const text = JSON.stringify({
    ociVersion: '1.3.0',
    annotations: {
      'org.ocits.about': words.join(' '),
      ...Object.fromEntries(words.map((word) => [`${word}.x`, word])),
    },
    process: { args: words, cwd: path(words[0] ?? ''), env: words.map((word, i) => `E${i}=${word}`) },
    root: { path: 'rootfs' },
    mounts: words
      .slice(0, 7)
      .map((word) => ({ destination: path(word), type: 'tmpfs', source: word, options: [`x=${word}`] })),
    hooks: { createRuntime: words.slice(0, 7).map((word) => ({ path: path(word), args: [word] })) },
    linux: {
      namespaces: [{ type: 'pid' }, { type: 'mount' }, { type: 'network', path: path(words[1] ?? '') }],
      maskedPaths: words.slice(0, 7).map(path),
      readonlyPaths: words.slice(0, 7).map(path),
    },
  })
  for (const host of [hostOf('hello', 1), hostOf('hello', 2)]) {
    if (host === undefined) throw new Error('no host')
    const { page } = made(text, host, { bundle: `/bundles/${words.slice(0, 3).join(' ')}` })
    isOurs(page)
    const shown = textIn(page)
    for (const word of words.slice(0, 6)) assert.ok(shown.includes(word), word)
    // No character is left that turns the line, hides, or controls a terminal.
    assert.not.match(shown, /[\u202e\u2066\u200b\u0085\u009b\ufeff]/)
    assert.ok(shown.includes('\\u202egpj.exe') && shown.includes('\ud83d\ude00'))
    for (const to of valuesOf(page, 'href')) assert.match(to, /^#[a-z]+-?\d*$/)
  }
})

test('a mount is inside the one that contains it, with the files made in it', () => {
  const { page } = made(textOf('docker-default'), hostOf('docker-default', 2) as Host)
  const paths: string[] = []
  const visit = (node: Node, depth: number) => {
    if (node.attributes.get('class') === 'path') paths.push(`${depth} ${textIn(node)}`)
    const below = node.name === 'ul' ? depth + 1 : depth
    for (const child of node.children) if (typeof child !== 'string') visit(child, below)
  }
  visit(withId(page, 'mounts'), -1)
  assert.equal(paths, [
    '0 /',
    '1 /proc',
    '1 /dev',
    '2 /dev/pts',
    '2 /dev/mqueue',
    '2 /dev/shm',
    '1 /sys',
    '2 /sys/fs/cgroup',
    '1 /etc/resolv.conf',
    '1 /etc/hostname',
    '1 /etc/hosts',
  ])
  const text = textIn(withId(page, 'mounts'))
  assert.ok(text.includes('read-only: bus, fs, irq, sys, sysrq-trigger') && text.includes('hidden: firmware'), text)
})

test('a later mount hides the mounts below it; very deep ones are shown less deep', () => {
  const tmpfs = (destination: string) => ({ destination, type: 'tmpfs', source: 'x' })
  const deep = Array.from({ length: 100 }, (_, i) => tmpfs('/a'.repeat(i + 1)))
  const mounts = [...deep, tmpfs('/b'), tmpfs('/b/c'), tmpfs('/b')]
  const steps: Step[] = []
  const text = JSON.stringify({
    ociVersion: '1.3.0',
    process: { args: ['/x'], cwd: '/' },
    root: { path: 'rootfs' },
    mounts,
    linux: { namespaces: [{ type: 'mount' }], maskedPaths: ['/b/c', '/b/c/d', '/a/a/x', '/bb'] },
  })
  steps.push(...made(text, hostOf('hello', 2) as Host).steps)
  const below = (branch: Branch): Branch[] => [branch, ...branch.below.flatMap(below)]
  const all = below(branchOf(steps))
  assert.equal(all.map(({ path }) => path).sort(), ['/', ...mounts.map(({ destination }) => destination)].sort())
  assert.is(Math.max(...all.map(({ depth }) => depth)), 24)
  for (const each of all) for (const child of each.below) assert.is(child.depth, each.depth + 1)
  const leaves = all.flatMap(({ path, leaves, below }) =>
    leaves.filter(({ kind }) => kind === 'hidden').map((leaf) => `${path} ${below.length} ${leaf.path}`),
  )
  assert.equal(leaves, ['/ 3 bb', '/a/a 1 x', '/b 0 c', '/b 0 c/d'])
})

test('a namespace is inside the one before it: the user namespace first', () => {
  const { page } = made(textOf('ns-all'), hostOf('ns-all', 2) as Host)
  const depth = (node: Node, type: string, level = 0): number => {
    if (node.name === 'b' && textIn(node) === type) return level
    const next = level + (/^box/.test(node.attributes.get('class') ?? '') ? 1 : 0)
    return node.children.reduce(
      (most, child) => (typeof child === 'string' ? most : Math.max(most, depth(child, type, next))),
      0,
    )
  }
  const section = withId(page, 'namespaces')
  assert.is(depth(section, 'user'), 2)
  for (const type of ['uts', 'ipc', 'pid', 'mount', 'network', 'cgroup', 'time'])
    assert.is(depth(section, type), 3, type)
})

test('the lines of a value are those that contain it', () => {
  for (const name of bundles) {
    const text = textOf(name)
    const [places, lines] = [placesOf(text), text.split('\n')]
    const visit = (value: unknown, pointer: string): void => {
      const place = places.get(pointer)
      if (place === undefined) throw new Error(`${name}: ${pointer}`)
      const own = lines.slice(place.from - 1, place.to).join('\n')
      if (typeof value !== 'object' || value === null) {
        assert.ok(typeof value === 'number' || own.includes(JSON.stringify(value)), `${pointer}: ${own}`)
        return
      }
      for (const [key, each] of Object.entries(value)) {
        visit(each, pointer + (Array.isArray(value) ? `/${key}` : at(key)))
        const inner = places.get(pointer + (Array.isArray(value) ? `/${key}` : at(key)))
        assert.ok(inner !== undefined && inner.from >= place.from && inner.to <= place.to, pointer)
      }
    }
    visit(JSON.parse(text), '')
  }
  assert.equal(placesOf('{\n"a/b": [\n1,\n{"~":\n"x\\"}{"}],\n"a": {}, "a": {"é\\u0041": true}}').get('/a~1b/1/~0'), {
    from: 4,
    to: 5,
  })
  assert.equal(placesOf('{"é\\u0041":\ntrue}').get('/éA'), { from: 1, to: 2 })
})

test('a config on one line is shown on several, with the same values and a notice', () => {
  const text = JSON.stringify(JSON.parse(textOf('docker-default')))
  const { lines, own } = linesOfConfig(text)
  assert.is(own, false)
  assert.ok(lines.length > 200 && lines.every((line) => line.length < 500))
  assert.is(JSON.stringify(JSON.parse(lines.join('\n'))), text)
  assert.is(linesOfConfig('{"a":[],"b":{},"c":[1,{"d":"[,:{"}]}'.padEnd(300)).own, true)
  const broken = linesOfConfig(`{"a":[],"b":{},"c":[1,{"d":"[,:{${'x'.repeat(300)}"}]}`)
  assert.equal(
    broken.lines.map((line) => line.replace(/x+/, 'x')),
    ['{', '  "a": [],', '  "b": {},', '  "c": [', '    1,', '    {', '      "d": "[,:{x"', '    }', '  ]', '}'],
  )
  const { page } = made(text, hostOf('docker-default', 2) as Host)
  assert.match(textIn(withId(page, 'config')), /line breaks that it does not have/)
  assert.equal(linesOfConfig('{\r\n"a": 1\r\n}\r\n').lines, ['{', '"a": 1', '}'])
})

test('every text is readable, light and dark: a contrast of at least 4.5 (WCAG 2.1, 1.4.3)', () => {
  const themes = [...style.matchAll(/:root \{([^}]*--ink[^}]*)\}/g)].map(([, words = '']) =>
    Object.fromEntries([...words.matchAll(/--([a-z-]+): (#[0-9a-f]+)/g)].map(([, name, value]) => [name, value])),
  )
  assert.is(themes.length, 2)
  for (const theme of themes)
    for (const [front, back] of [
      ...['paper', 'card', 'parent-bg', 'init-bg', 'asked-bg'].flatMap((back) => [
        ['ink', back] as const,
        ['soft', back] as const,
      ]),
      ...(['parent', 'init', 'asked'] as const).flatMap((each) => [
        [each, 'paper'] as const,
        [each, 'card'] as const,
        [each, `${each}-bg`] as const,
      ]),
    ]) {
      const ratio = contrast(String(theme[front]), String(theme[back]))
      assert.ok(ratio >= 4.5, `${front} on ${back}: ${ratio.toFixed(2)}`)
    }
})

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

function luminance(colour: string): number {
  const digits =
    colour.length === 4 ? [...colour.slice(1)].map((digit) => digit + digit) : (colour.slice(1).match(/../g) ?? [])
  const [r = 0, g = 0, b = 0] = digits.map((pair) => {
    const value = Number.parseInt(pair, 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

test.run()
