import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { constants } from 'node:os'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { patience } from '../../harness/patience.ts'

const { E2BIG, EAGAIN } = constants.errno
const binary = 'build/test/netlink'
mkdirSync('build/test', { recursive: true })
const flags = ['-std=gnu17', '-D_GNU_SOURCE', '-O1', '-g', '-Inative', '-fsanitize=undefined']
const sources = ['test/unit/native/netlink.c', 'native/parent/netlink.c']
execFileSync('gcc', [...flags, ...sources, '-o', binary], { stdio: 'inherit', timeout: 120_000 * patience() })

test('a list with an error is read to its end, because the rest would be the next answer', () => {
  const said = execFileSync(binary, { encoding: 'utf8', timeout: 20_000 * patience() })
  assert.equal(said.split('\n').slice(0, -1), [
    'whole: 0, 4 seen, nothing left',
    `changed: ${-EAGAIN}, 1 seen, nothing left`,
    `refused: ${-E2BIG}, 2 seen, nothing left`,
  ])
})

test.run()
