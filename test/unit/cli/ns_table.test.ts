import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { columns } from '../../../src/cli/ns_table.ts'

test('columns are as wide as their widest cells, in a table of any length', () => {
  assert.is(
    columns(
      [
        ['a', 'bb'],
        ['ccc', 'd'],
      ],
      ' ',
    ),
    'a   bb\nccc d\n',
  )
  assert.is(
    columns(
      [
        ['a', 'b'],
        ['cc', 'd'],
      ],
      '  ',
      (at) => at === 0,
    ),
    ' a  b\ncc  d\n',
  )
  assert.is(columns([], ' '), '')
  const rows = Array.from({ length: 300_000 }, () => ['a', 'b'])
  assert.is(columns([...rows, ['cc', 'd']], ' ').length, 300_000 * 5 + 5)
})

test.run()
