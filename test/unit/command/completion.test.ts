import { spawnSync } from 'node:child_process'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { completion } from '../../../src/command/completion.ts'
import { patience } from '../../harness/patience.ts'

/** What bash would offer for the last word. */
function offered(...words: string[]): string[] {
  const script = `${completion('bash')}
ocits() { [ "$*" = 'list -q' ] && echo web; [ "$*" = '--root /r list -q' ] && echo other; }
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _ocits; printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout, stderr, status } = spawnSync('bash', ['-c', script, 'bash', 'ocits', ...words], {
    encoding: 'utf8',
    timeout: 10_000 * patience(),
    cwd: '/proc/self',
  })
  assert.equal([status, stderr], [0, ''])
  return stdout.split('\n').filter((word) => word !== '')
}

test('bash: commands, flags, ids, folders', () => {
  assert.equal(offered('cr'), ['create'])
  assert.equal(offered('delete', '--f'), ['--force'])
  assert.equal(offered('delete', '-f', ''), ['web'])
  assert.equal(offered('--root', '/r', 'state', ''), ['other'])
  assert.equal(offered('--log-format', 'json', 'start', 'w'), ['web'])
  assert.equal(offered('run', '--bundle', 'attr'), ['attr'])
  assert.equal(offered('completion', ''), ['bash', 'zsh', 'fish'])
  assert.equal(offered('--roo'), ['--root', '--rootless'])
})

test('zsh and fish get a script with every command; a hidden flag is in none', () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const script = completion(shell) ?? ''
    for (const verb of ['create', 'start', 'run', 'state', 'kill', 'delete', 'list', 'plan'])
      assert.ok(script.includes(verb), `${shell}: ${verb}`)
    assert.not.ok(script.includes('console-socket'), shell)
  }
  assert.is(completion('ksh'), undefined)
})

test.run()
