import { statSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { lateNames } from '../../scripts/build/bundle.ts'

const size = (file: string) => statSync(file).size
const packed = lateNames.reduce((sum, name) => sum + size(`build/${name}.packed`), 0)

test('what runs containers has at most 1.5 MB', () => {
  const hot = size('dist/ocits') - packed
  assert.ok(hot <= 1.5 * 1024 * 1024, `${hot} bytes, and ${packed} of late modules`)
})

test('the static binary has at most 2 MB with what is loaded late', () => {
  assert.ok(size('dist/ocits') <= 2 * 1024 * 1024, `${size('dist/ocits')} bytes`)
})

test.run()
