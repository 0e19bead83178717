import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { compileWithShared } from '../harness/compile.ts'
import { patience } from '../harness/patience.ts'

// The step `label` without a security module: it writes to ordinary files.

const binary = compileWithShared('label', ['init/root'])

const ask = (...words: readonly string[]) =>
  execFileSync(binary, words, { encoding: 'utf8', timeout: 10_000 * patience() }).trim()

for (const [asked, shown, answer] of [
  ['exec guard', 'guard (enforce)\n', 'yes'],
  ['exec guard', 'guard (complain)', 'yes'],
  ['exec unconfined', 'unconfined\n', 'yes'],
  ['exec guard//child', 'guard//child (enforce)\n', 'yes'],
  ['exec guard', 'guardian (enforce)\n', 'no'],
  ['exec guard', 'unconfined\n', 'no'],
  ['exec guard', '', 'no'],
  ['exec guard', 'exec guard', 'no'],
  ['u:r:t:s0:c2,c1', 'u:r:t:s0:c1,c2', 'yes'],
  ['u:r:t', 'u:r:t', 'yes'],
  ['u:r:t:s0', 'u:r:t:s0\n', 'yes'],
  ['u:r:t', 'u:r:t2', 'no'],
  ['u:r:t:s0', 'u:r:t2:s0', 'no'],
  ['u:r:t:s0', 'u:r:kernel_t:s0', 'no'],
  ['u:r:t:s0', 'u:r:t', 'no'],
  ['u:r:t:s0', '', 'no'],
] as const)
  test(`${JSON.stringify(asked)} that shows as ${JSON.stringify(shown)}: ${answer}`, () => {
    assert.is(ask('same', asked, shown), answer)
  })

function tree(fill: (attr: string) => void): string {
  const top = mkdtempSync(`${tmpdir()}/ocits-label-`)
  mkdirSync(`${top}/process/attr`, { recursive: true })
  fill(`${top}/process/attr`)
  return top
}

function written(fill: (attr: string) => void, value = 'u:r:t:s0'): string {
  const top = tree(fill)
  try {
    return ask('write', top, 'exec', value)
  } finally {
    rmSync(top, { recursive: true })
  }
}

test('a label that is there afterwards was accepted', () => {
  assert.is(
    written((attr) => writeFileSync(`${attr}/exec`, '')),
    'Success',
  )
})

test('a file that only keeps its text is not AppArmor', () => {
  assert.is(
    written((attr) => writeFileSync(`${attr}/exec`, ''), 'exec guard'),
    'Operation not permitted',
  )
})

test('a file that swallows the label is recognised', () => {
  assert.is(
    written((attr) => execFileSync('mknod', [`${attr}/exec`, 'c', '1', '3'])),
    'Operation not permitted',
  )
})

test('no link is followed, neither out of the procfs nor in it', () => {
  const bait = `${tmpdir()}/ocits-label-bait.${process.pid}`
  writeFileSync(bait, '')
  try {
    for (const target of [bait, 'other', '/proc/self/attr/exec']) {
      const fill = (attr: string) => {
        writeFileSync(`${attr}/other`, '')
        symlinkSync(target, `${attr}/exec`)
      }
      assert.is(written(fill), 'Too many levels of symbolic links', target)
    }
    assert.is(readFileSync(bait, 'utf8'), '')
  } finally {
    rmSync(bait)
  }
})

test('no file, no label', () => {
  assert.is(
    written(() => undefined),
    'No such file or directory',
  )
})

test.run()
