import { spawnSync } from 'node:child_process'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { patience } from '../../harness/patience.ts'

const flags = ['-std=gnu17', '-D_GNU_SOURCE', '-Inative', '-Wall', '-Werror', '-fsyntax-only', '-xc', '-']

/** The output of the compiler for a function with this one line, in a file of the process. */
function complaint(process: 'parent' | 'init', line: string): string {
  const source = `#include "${process}/steps.gen.h"\nint f(struct ${process} *c);\nint f(struct ${process} *c)\n{\n\t${line}\n}\n`
  const { status, stderr } = spawnSync('gcc', flags, { input: source, encoding: 'utf8', timeout: 20_000 * patience() })
  assert.is(status === 0, stderr === '', stderr)
  return stderr
}

test('a line with names of its own process compiles', () => {
  assert.is(complaint('parent', 'return c->common.pid + c->pidfd + parent_placeholder(&c->common, 0, 0)[0];'), '')
  assert.is(complaint('init', 'return c->common.pid + c->root_fd + do_pivot(c);'), '')
})

test('a field of the other process is a compile error', () => {
  assert.match(complaint('parent', 'return c->root_fd;'), 'has no member named ‘root_fd’')
  assert.match(complaint('init', 'return c->pidfd;'), 'has no member named ‘pidfd’')
})

test('so is a step of the other process, also through shared headers', () => {
  assert.match(complaint('parent', 'return do_pivot(c);'), 'implicit declaration of function ‘do_pivot’')
  assert.match(complaint('init', 'return do_beside(c);'), 'implicit declaration of function ‘do_beside’')
  assert.match(complaint('init', 'return do_hook(c, 0);'), 'incompatible pointer type')
  assert.match(
    complaint('parent', 'return init_of(&c->common)->root_fd;'),
    'implicit declaration of function ‘init_of’',
  )
})

test.run()
