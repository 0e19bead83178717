import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { refusals, refused } from '../../../src/spec/refused.ts'
import type { Spec } from '../../../src/spec/spec.ts'
import { docker } from './docker.ts'
import { full } from './full.ts'

const spec = (part: object) => ({ ociVersion: '1.3.0', root: { path: 'rootfs' }, ...part }) as Spec
const pointers = (config: Spec) => [...refused(config)].map(({ pointer }) => pointer)

test('a config that asks for every field is refused for each that is not done', () => {
  assert.equal(
    pointers(full as Spec),
    refusals.map(({ field }) => field),
  )
  for (const { message } of refused(full as Spec)) assert.ok(message.endsWith('not supported yet'), message)
})

test('a config of docker without seccomp asks for none of them', () => {
  assert.equal(pointers(docker as Spec), [])
})

test('fields that say nothing are not asked for', () => {
  for (const terminal of [false, undefined]) assert.equal(pointers(spec({ process: { cwd: '/', terminal } })), [])
  assert.equal(pointers(spec({})), [])
})

test.run()
