import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { UsageError } from '../../../src/failure.ts'
import { checkId, isContainerId } from '../../../src/machine/id.ts'

test('ids of engines', () => {
  for (const id of ['a', 'web-1', 'A_b+c.d', '.hidden', '...', '0', '-x', '--', '--root', 'x'.repeat(255)])
    assert.ok(isContainerId(id), id)
})

const plain = 'and only a-z, A-Z, 0-9 and _+-. are allowed'

/** Invalid ids, with the message for each. */
const bad: Readonly<Record<string, string>> = {
  '.': '"." is a folder of its own',
  '..': '".." is a folder of its own',
  '.del-a-1': '".del-a-1" is for what is being deleted',
  '/': `"/" has "/" as character 1, ${plain}`,
  'a/b': `"a/b" has "/" as character 2, ${plain}`,
  'a b c': `"a b c" has " " as character 2, ${plain}`,
  'ab\n': `"ab\\n" has "\\n" as character 3, ${plain}`,
  'a\0b': `"a\\u0000b" has "\\u0000" as character 2, ${plain}`,
  '\x1b[1m': `"\\u001b[1m" has "\\u001b" as character 1, ${plain}`,
  'caf\u00e9': `"caf\u00e9" has "\u00e9" as character 4, ${plain}`,
  'a\u{1f40b}': `"a\u{1f40b}" has "\u{1f40b}" as character 2, ${plain}`,
  '.del-/': `".del-/" has "/" as character 6, ${plain}`,
  ['x'.repeat(256)]: 'it has 256 characters, and may have 255',
  ['/'.repeat(1025)]: 'it has 1025 characters, and may have 255',
  ...Object.fromEntries([...'@[`{:,*'].map((sign) => [sign, `"${sign}" has "${sign}" as character 1, ${plain}`])),
}

test('an id that would be a path, a line or a leftover is refused, and the error names the wrong character', () => {
  for (const [id, words] of Object.entries(bad)) {
    assert.not.ok(isContainerId(id), JSON.stringify(id))
    refuses(id, `invalid container ID format: ${words}`)
  }
  refuses('', 'container id cannot be empty')
})

function refuses(id: string, message: string): void {
  try {
    checkId(id)
    assert.unreachable(`${JSON.stringify(id)} is taken`)
  } catch (failure) {
    assert.instance(failure, UsageError)
    const { code, id: told, message: words } = failure as UsageError
    assert.equal([code, told, words], ['ID', id, message])
  }
}

test.run()
