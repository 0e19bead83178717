import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { filesOf } from '../../../scripts/build/files.ts'
import { patience } from '../../harness/patience.ts'

const binary = 'build/test/kill_init'
mkdirSync('build/test', { recursive: true })
const flags = ['-std=gnu17', '-D_GNU_SOURCE', '-O1', '-g', '-Inative', '-fsanitize=undefined']
const sparing = ['-ffunction-sections', '-fdata-sections', '-Wl,--gc-sections']
const sources = ['test/unit/native/kill_init.c', 'native/parent/child.c', 'native/wire/message.c']
execFileSync('gcc', [...flags, ...sparing, ...sources, ...filesOf('native/shared', '.c'), '-o', binary], {
  stdio: 'inherit',
  timeout: 120_000 * patience(),
})

test('an init that forked and was killed before the message of its child leaves no process', () => {
  const said = execFileSync(binary, { encoding: 'utf8', timeout: 30_000 * patience() })
  assert.equal(said.split('\n').slice(0, -1), [
    'early: 0, status 137, 0 left',
    'late: 0, status 137, 0 left',
    'silent: 0, status 137, 0 left',
  ])
})

test.run()
