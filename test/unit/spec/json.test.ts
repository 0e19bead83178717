import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { JsonError, maxDepth, parseJson } from '../../../src/spec/json.ts'
import { docker } from './docker.ts'
import { full } from './full.ts'
import { random } from './mutate.ts'

function fault(text: string) {
  try {
    parseJson(text)
  } catch (error) {
    if (error instanceof JsonError) return error.fault
    throw error
  }
  return undefined
}

test('integers beyond 2⁵³ are exact', () => {
  const exact = ['9007199254740992', '-9007199254740993', '18446744073709551615', '-9223372036854775808']
  for (const text of exact) assert.is(parseJson(text), BigInt(text))
  assert.equal(parseJson('[9007199254740991, -0, 1e3, 0.5]'), [9007199254740991, -0, 1000, 0.5])
})

test('numbers far beyond 64-bit integers stay numbers, so that a field can refuse them', () => {
  assert.is(parseJson('1e300'), 1e300)
  assert.is(parseJson('123456789012345678901234567890'), 1.2345678901234568e29)
})

test('a number out of the range of a double is refused at its place', () => {
  const text = '{\n  "process": { "rlimits": [{ "soft": 1e400 }] } }'
  const message = 'line 2, column 38: the number 1e400 is out of range'
  assert.equal(fault(text), { pointer: '/process/rlimits/0/soft', message })
  assert.ok(fault('9'.repeat(400))?.message.endsWith('is out of range'))
})

const broken: readonly [text: string, pointer: string, message: string][] = [
  ['', '', 'line 1, column 1: expected a value, found the end of the text'],
  ['{]', '', 'line 1, column 2: expected a name in double quotes, found "]"'],
  ['{"a": [1,\n 2 3]}', '/a', `line 2, column 4: expected ',' or ']', found "3"`],
  ['{"a" 1}', '', `line 1, column 6: expected ':', found "1"`],
  ['{"a": 1,}', '', 'line 1, column 9: expected a name in double quotes, found "}"'],
  ['[1,]', '/1', 'line 1, column 4: expected a value, found "]"'],
  ['{} {}', '', 'line 1, column 4: expected the end, found "{"'],
  ['{"a": "b', '/a', `line 1, column 9: expected '"', found the end of the text`],
  ['["\t"]', '/0', 'line 1, column 3: a control character in a string: it must be escaped'],
  ['["\\x"]', '/0', 'line 1, column 3: an unknown escape in a string'],
  ['["\\u12g4"]', '/0', 'line 1, column 3: four hexadecimal digits must follow \\u'],
  ['[-]', '/0', 'line 1, column 3: expected a digit, found "]"'],
  ['[1.]', '/0', 'line 1, column 4: expected a digit, found "]"'],
  ['[1e+]', '/0', 'line 1, column 5: expected a digit, found "]"'],
  ['[01]', '', `line 1, column 3: expected ',' or ']', found "1"`],
  ['[nul]', '/0', 'line 1, column 2: expected a value, found "n"'],
  ['\ufeff{}', '', 'line 1, column 1: expected a value, found "\ufeff"'],
]

for (const [text, pointer, message] of broken) {
  test(`broken: ${JSON.stringify(text)}`, () => {
    assert.equal(fault(text), { pointer, message })
  })
}

test('__proto__ is a key like any other, and the last of two keys counts', () => {
  const value = parseJson('{"__proto__": {"polluted": true}, "a": 1, "a": 2}') as Record<string, unknown>
  assert.is(Object.getPrototypeOf(value), Object.prototype)
  assert.equal(Object.keys(value), ['__proto__', 'a'])
  assert.is(value.a, 2)
  assert.is(({} as Record<string, unknown>).polluted, undefined)
})

test('nesting ends at the limit, with its own error', () => {
  assert.ok(Array.isArray(parseJson('['.repeat(maxDepth) + ']'.repeat(maxDepth))))
  assert.ok(fault('['.repeat(maxDepth + 1))?.message.endsWith(`nested deeper than ${maxDepth}`))
  assert.ok(fault('{"a":'.repeat(100_000))?.message.endsWith(`nested deeper than ${maxDepth}`))
})

test('it reads what JSON.parse reads, and refuses what JSON.parse refuses', () => {
  const next = random(8259)
  const sources = [full, docker, ['\u0000"\\/\b\f\n\r\t', '€', '😀', -0, 1e-7, 1.5e9, null, true, false, {}, []]]
  const texts = sources.flatMap((source) => [JSON.stringify(source), JSON.stringify(source, null, 2)])
  const noise = '{}[]",:\\0123456789.eE+-truefalsn \n\t\u0001u'
  let refused = 0
  for (let round = 0; round < 6000; round++) {
    let text = texts[round % texts.length] ?? ''
    const index = Math.floor(next() * text.length)
    const added = noise.charAt(Math.floor(next() * noise.length))
    text = text.slice(0, index) + added + text.slice(index + Math.floor(next() * 3))
    const theirs = quietly(() => JSON.parse(text))
    const ours = quietly(() => parseJson(text))
    // Numbers of mutated texts may be beyond the range of JSON.parse: as doubles they must be equal.
    if (theirs === undefined) assert.is(ours, undefined, text)
    else assert.equal(doubles(ours), theirs)
    if (theirs === undefined) refused++
  }
  assert.ok(refused > 1000 && refused < 5000, String(refused))
})

function quietly(parse: () => unknown): { value: unknown } | undefined {
  try {
    return { value: parse() }
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof JsonError) return undefined
    throw error
  }
}

function doubles(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value)
  if (Array.isArray(value)) return value.map(doubles)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, doubles(inner)]))
}

test.run()
