import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { filesOf } from '../../scripts/build/files.ts'

// A reader who searches for a name should find one meaning. So an exported or linked name is declared in one file. A re-export is no second
// declaration. An operation of the library, src/index.ts, that passes its arguments to the operation of the same name is none, either.

type Declared = Map<string, Set<string>>

/** Records that a file declares a name. */
function add(all: Declared, name: string, file: string): void {
  all.set(name, (all.get(name) ?? new Set()).add(file))
}

const several = (all: Declared): string[] =>
  [...all].filter(([, files]) => files.size > 1).map(([name, files]) => `${name}: ${[...files].join(' ')}`)

const typescript = (read: (file: string) => string, files: readonly string[]): Declared => {
  const all: Declared = new Map()
  for (const file of files) {
    const text = read(file)
    for (const [, name = ''] of text.matchAll(
      /^export (?:abstract )?(?:async )?(?:function\*?|const|let|class|type|interface|enum) (\w+)(?! = \$\{)\b/gm,
    ))
      if (file !== 'src/index.ts' || !new RegExp(`\\b${name} as \\w+[ ,].*from '\\./lifecycle/`).test(text))
        add(all, name, file)
  }
  return all
}

/** Functions with external linkage, by their definitions, and types in headers. A type that is only in one .c file may have any name. */
const c = (read: (file: string) => string, files: readonly string[]): Declared => {
  const all: Declared = new Map()
  for (const file of files) {
    const text = read(file)
    for (const [, name = ''] of text.matchAll(/^(?!static |typedef |#|\t)[\w *]+?\b(\w+)\([^;{}]*\)\n\{/gm))
      if (name !== 'main') add(all, name, file)
    if (file.endsWith('.h'))
      for (const [, name = ''] of text.matchAll(/^(?:typedef )?((?:struct|union|enum) \w+) \{/gm)) add(all, name, file)
  }
  return all
}

const read = (file: string) => readFileSync(file, 'utf8')

test('an exported name of TypeScript is declared in one file', () => {
  const all = typescript(read, filesOf('src', '.ts'))
  assert.ok(all.size > 500, `only ${all.size} names are found`)
  assert.equal(several(all), [])
})

test('a function or type that several files of C see is defined in one file', () => {
  const all = c(read, filesOf('native', '.c', '.h'))
  assert.ok(all.size > 250, `only ${all.size} names are found`)
  assert.equal(several(all), [])
})

test('a second declaration is found', () => {
  const ts: Record<string, string> = { 'src/a.ts': 'export const row = 1\n', 'src/b.ts': 'export type row = 2\n' }
  assert.equal(several(typescript((file) => ts[file] ?? '', Object.keys(ts))), ['row: src/a.ts src/b.ts'])
  const h: Record<string, string> = {
    'a.c': 'int go(void)\n{\n}\n\nstatic int here(void)\n{\n}\n',
    'b.c': 'struct own *go(int a,\n\t       int b)\n{\n}\n\nstatic int here(void)\n{\n}\n',
    'a.h': 'struct row {\n',
    'b.h': 'struct row {\n',
  }
  assert.equal(several(c((file) => h[file] ?? '', Object.keys(h))), ['go: a.c b.c', 'struct row: a.h b.h'])
})

test.run()
