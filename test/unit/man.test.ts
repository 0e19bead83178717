import { spawnSync } from 'node:child_process'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { manPages } from '../../scripts/build/man.ts'
import { allCommands, verbs } from '../../src/cli/all_commands.ts'
import { globals } from '../../src/cli/commands.ts'

const pages = manPages()
const plain = (name: string) => (pages.get(name) ?? '').replace(/\\f[BIR]/g, '').replaceAll('\\-', '-')

test('there is a page for ocits and for each command, with all flags except hidden ones', () => {
  assert.equal([...pages.keys()], ['ocits', ...verbs.map((verb) => `ocits-${verb}`)])
  for (const flag of Object.keys(globals)) assert.ok(plain('ocits').includes(`--${flag}`), flag)
  for (const verb of verbs) {
    assert.ok(plain('ocits').includes(`ocits-${verb}(8)`), verb)
    for (const [name, { hidden, description }] of Object.entries(allCommands[verb].flags)) {
      const described = new RegExp(`^(-., )?--${name}\\b`, 'm').test(plain(`ocits-${verb}`))
      assert.is(described, hidden !== true, `${verb} --${name}: ${description}`)
    }
  }
})

test('every page is ASCII, and no text line is a request by mistake', () => {
  for (const [name, text] of pages)
    for (const line of text.split('\n')) {
      assert.match(line, /^[ -~]*$/, name)
      if (/^[.']/.test(line)) assert.match(line, /^\.(TH|SH|TP|B|BR|EX|EE)\b/, `${name}: ${line}`)
    }
})

/** Programs that find mistakes in a page, with their arguments: any output is a complaint. */
const linters: readonly (readonly string[])[] = [
  ['mandoc', '-T', 'lint', '-W', 'warning'],
  ['groff', '-man', '-ww', '-z', '-rCHECKSTYLE=1'],
]
for (const [program = '', ...words] of linters)
  if (spawnSync(program, ['--version']).error !== undefined) test.skip(`${program} finds no fault: it is not installed`)
  else
    test(`${program} finds no fault`, () => {
      for (const [name, input] of pages) {
        const { stdout, stderr } = spawnSync(program, words, { input, encoding: 'utf8' })
        assert.is(`${stdout}${stderr}`, '', name)
      }
    })

test.run()
