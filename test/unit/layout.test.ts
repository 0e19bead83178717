import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { filesOf } from '../../scripts/build/files.ts'

/** The folders of src/, in the order of imports. failure.ts has the failures with their messages, for all folders after `step`. */
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
  'lifecycle',
  'cli',
]
/** The files of src/ itself, which only Node runs, and the last folder from which each may import: the library has no command line. */
const entries: Readonly<Record<string, string>> = {
  'src/cli.ts': 'cli',
  'src/index.ts': 'lifecycle',
  'src/library.ts': 'lifecycle',
}
const hosts = ['src/native/koffi.ts', ...Object.keys(entries)]

const folderOf = (file: string) => file.split('/')[1] ?? ''
const floorOf = (folder: string) => floors.findIndex((names) => names.split(' ').includes(folder))
const imports = (file: string) =>
  [...readFileSync(file, 'utf8').matchAll(/^(?:import|export|\}).* from '([^']+)'|^import '([^']+)'/gm)].map(
    ([, pointer, bare]) => pointer ?? bare ?? '',
  )
const files = filesOf('src', '.ts')
/** The files of src/ from which a file imports. */
const targets = new Map(
  files.map((file) => [
    file,
    imports(file)
      .filter((name) => name.startsWith('.'))
      .map((name) => join(dirname(file), name)),
  ]),
)

test('a folder imports from itself and from those before it', () => {
  assert.ok(files.length > 50)
  for (const [file, found] of targets) {
    const entry = entries[file]
    const floor = floorOf(entry ?? folderOf(file))
    assert.ok(floor >= 0, `${file} has no place in the order of the folders`)
    for (const target of found) {
      const below = floorOf(folderOf(target))
      const allowed = entry === undefined ? folderOf(target) === folderOf(file) || below < floor : below <= floor
      assert.ok(allowed && (below >= 0 || target in entries), `${file} imports ${target}`)
    }
  }
})

test('no file imports itself, directly or indirectly', () => {
  const done = new Set<string>()
  const visit = (file: string, way: readonly string[]): void => {
    assert.not(way.includes(file), `a circle: ${[...way.slice(way.indexOf(file)), file].join(' → ')}`)
    if (done.has(file)) return
    for (const target of targets.get(file) ?? []) visit(target, [...way, file])
    done.add(file)
  }
  for (const file of files) visit(file, [])
})

test('only the files for Node import Node', () => {
  for (const file of files.filter((name) => !hosts.includes(name)))
    for (const pointer of imports(file).filter((name) => !name.startsWith('.')))
      assert.ok(
        pointer.startsWith('@sinclair/typebox') || pointer === 'yargs' || pointer === 'diff',
        `${file} imports ${pointer}`,
      )
})

test.run()
