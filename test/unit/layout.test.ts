import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { filesOf } from '../../scripts/build/files.ts'

/** The folders of src/, each above those it may import from. failure.ts is what went wrong in words, for all above `step`. */
const floors = [
  'kernel',
  'spec',
  'step',
  'failure.ts',
  'cgroup seccomp',
  'plan',
  'program',
  'native',
  'machine',
  'command',
]
const hosts = ['src/native/koffi.ts', 'src/cli.ts', 'src/index.ts', 'src/library.ts']

const folderOf = (file: string) => file.split('/')[1] ?? ''
function floorOf(file: string): number {
  const floor = floors.findIndex((names) => names.split(' ').includes(folderOf(file)))
  return floor < 0 ? floors.length : floor
}
const imports = (file: string) =>
  [...readFileSync(file, 'utf8').matchAll(/^(?:import|export|\}).* from '([^']+)'|^import '([^']+)'/gm)].map(
    ([, from, bare]) => from ?? bare ?? '',
  )
const files = filesOf('src', '.ts')

test('a folder imports from itself and from those before it', () => {
  assert.ok(files.length > 50)
  for (const file of files)
    for (const from of imports(file).filter((name) => name.startsWith('.'))) {
      const target = join(dirname(file), from)
      const own = folderOf(target) === folderOf(file) || floorOf(file) === floors.length
      assert.ok(own || floorOf(target) < floorOf(file), `${file} imports ${from}`)
    }
})

test('only the hosts in Node know Node', () => {
  for (const file of files.filter((name) => !hosts.includes(name)))
    for (const from of imports(file).filter((name) => !name.startsWith('.')))
      assert.ok(from.startsWith('@sinclair/typebox') || from === 'yargs', `${file} imports ${from}`)
})

test.run()
