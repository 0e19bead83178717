import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { fold } from '../../../src/step/fold.ts'
import { quote } from '../../../src/step/quote.ts'

for (const [paths, expected] of [
  [[], ''],
  [['/a/b'], '/a/b'],
  [['/c/cpu/x', '/c/cpuset/x'], '/c/{cpu,cpuset}/x'],
  [['/c/cpu', '/c/cpu/x'], '/c/{cpu,cpu/x}'],
  [['/c/xx/y', '/c/x/y'], '/c/{xx,x}/y'],
  [['/c/x/y', '/c/y'], '/c/{x/y,y}'],
  [['/a', '/b'], '/{a,b}'],
  [['/a/x', '/a/x'], '/a/{x,x}'],
  [['/c/a/\0i', '/c/b/\0i'], '/c/{a,b}/<id>'],
  [['/c/x', '/c/y/x'], '/c/{x,y/x}'],
] as const) {
  test(`folded: ${expected}`, () => assert.is(fold(paths), expected))
}

for (const [word, expected] of [
  ['plain-1.2_/x=y:z', 'plain-1.2_/x=y:z'],
  ['', "''"],
  ['a b', "'a b'"],
  ["it's", "'it'\\''s'"],
  ['$HOME', "'$HOME'"],
  ['tab\there', "$'tab\\there'"],
  ["it's\n\\", "$'it\\'s\\n\\\\'"],
  ['\u0007', "$'\\x07'"],
  ['\u2028', "$'\\u2028'"],
  ['é', 'é'],
] as const) {
  test(`quoted: ${expected}`, () => assert.is(quote(word), expected))
}

test.run()
