import { statSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { lateNames } from '../../scripts/build/bundle.ts'

const size = (file: string) => statSync(file).size
const packed = lateNames.reduce((sum, name) => sum + size(`build/${name}.packed`), 0)

test('the part that runs containers has at most 1.5 MiB', () => {
  const hot = size('dist/ocits') - packed
  assert.ok(hot <= 1.5 * 1024 * 1024, `${hot} bytes, and ${packed} of late modules`)
})

test('the static executable has at most 2 MiB with its late modules', () => {
  assert.ok(size('dist/ocits') <= 2 * 1024 * 1024, `${size('dist/ocits')} bytes`)
})

test.run()
