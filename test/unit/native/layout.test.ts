import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { filesOf } from '../../../scripts/build/files.ts'

/** The folders of native/, and the other folders from which the files of each may include. */
const below: Readonly<Record<string, readonly string[]>> = {
  wire: [],
  shared: ['wire'],
  parent: ['wire', 'shared'],
  init: ['wire', 'shared'],
  engine: ['wire', 'shared', 'parent'],
  node: ['wire', 'shared', 'parent'],
}

const files = filesOf('native', '.c', '.h', '.S')
const included = (file: string) =>
  [...readFileSync(file, 'utf8').matchAll(/^\s*#\s*include\s+"([^"]+)"/gm)].map(([, name]) => name ?? '')

test('every file is in a known folder', () => {
  assert.equal(readdirSync('native').sort(), Object.keys(below).sort())
  assert.ok(files.length > 80)
})

test('a file includes from its own folder and from those below it: the parent nothing of the init, and the init nothing of the parent', () => {
  for (const file of files)
    for (const name of included(file)) {
      const [own = '', from = ''] = [file.split('/')[1], name.split('/')[0]]
      assert.ok(
        name.split('/').length === 2 && files.includes(`native/${name}`),
        `${file} includes ${name}: write "folder/file.h"`,
      )
      assert.ok(own === from || below[own]?.includes(from), `${file} includes ${name}`)
    }
})

/** The other parts, `folder/name` without a suffix, whose headers the .c and the .h of a part include. */
const moduleOf = (name: string) => name.replace(/^native\//, '').replace(/\.[chS]$/, '')
const uses = new Map<string, Set<string>>()
for (const file of files) {
  const own = uses.get(moduleOf(file)) ?? new Set()
  for (const name of included(file).map(moduleOf)) if (name !== moduleOf(file)) own.add(name)
  uses.set(moduleOf(file), own)
}

function reached(module: string, seen = new Set<string>()): Set<string> {
  for (const name of uses.get(module) ?? []) if (!seen.has(name)) reached(name, seen.add(name))
  return seen
}

test('the includes have no cycle: the functions that a file calls are below it', () => {
  assert.ok(uses.size > 80)
  for (const module of uses.keys()) assert.not.ok(reached(module).has(module), module)
})

test.run()
