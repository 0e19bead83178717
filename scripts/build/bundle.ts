import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild'

/**
 * Files of src/ that are loaded only when one of their exports is called. Building the schemas takes ten times as long as everything else in the cold
 * module. The commands of `later` make no container, those of `teacher` are for people, and an option selects systemd. An unused page is still a page of
 * the executable.
 */
const late = {
  faults: { file: 'src/spec/faults.ts', exports: ['specFaults', 'unknown'] },
  exec: { file: 'src/cli/exec.ts', exports: ['runExec', 'execRow', 'execSteps'] },
  events: { file: 'src/cli/events.ts', exports: ['printEvents'] },
  later: { file: 'src/cli/later.ts', exports: ['laterRow', 'laterCommand', 'matching', 'timeoutOf'] },
  teacher: { file: 'src/cli/teacher.ts', exports: ['teach', 'painted'] },
  namespaces: { file: 'src/cli/namespaces.ts', exports: ['namespaceRow', 'namespaceCommand'] },
  checkpoint: { file: 'src/cli/checkpoint.ts', exports: ['checkpointRow', 'checkpointCommand'] },
  network: { file: 'src/cli/net.ts', exports: ['net'] },
  mounts: { file: 'src/cli/mounts.ts', exports: ['mountsCommand'] },
  systemd: { file: 'src/plan/unit.ts', exports: ['unitOfSpec', 'unit', 'stopUnitOf', 'updateUnit'] },
} as const

/** Each module puts the exports of its file into globalThis for native/engine/engine.c. */
const lateEntries = Object.fromEntries(
  Object.entries(late).map(([name, { file }]) => [
    name,
    `import * as all from './${file}'; globalThis.ocits_${name} = all`,
  ]),
)

/**
 * The bytecode modules, each as one script. A script puts into globalThis what native/engine/engine.c takes from there: the function `main`
 * of src/cli/main.ts, or the exports of the other modules. Code of the hot module is not repeated in the others: they find it in `ocits_shared`.
 */
const entries = {
  hot: `import { main } from './src/cli/main.ts'; globalThis.ocits_main = main`,
  cold: `import * as cold from './src/cli/cold.ts'; globalThis.ocits_cold = cold`,
  ...lateEntries,
}
export const moduleNames = Object.keys(entries)
export const lateNames = moduleNames.filter((name) => name !== 'hot')

/**
 * TypeBox exports its builders as members of one object, so the bundler would include all of them. They are also separate exports:
 * this turns `import { Type }` into `import * as Type`, and the bundler includes only the used ones.
 */
const narrow: Plugin = {
  name: 'narrow',
  setup({ onLoad }) {
    onLoad({ filter: /\/src\/spec\/[^/]*\.ts$/ }, ({ path }) => ({
      loader: 'ts',
      contents: readFileSync(path, 'utf8').replace(
        /^import \{(.*)\bType\b(.*)\} from '@sinclair\/typebox'/gm,
        (_, before: string, after: string) =>
          `import * as Type from '@sinclair/typebox'; import { ${before}${after.replace(/^,/, '')} } from '@sinclair/typebox'`,
      ),
    }))
  },
}

/** The completion of yargs is never used: src/cli/completion.ts makes the scripts. */
const uncompleted: Plugin = {
  name: 'uncompleted',
  setup({ onLoad }) {
    onLoad({ filter: /\/yargs\/build\/lib\/completion\.js$/ }, () => ({
      contents: 'export const completion = () => ({ setParsed: () => undefined })',
    }))
  },
}

/** `diff` reads the clock for an optional time limit that ocits does not use, and the engine has no clock. */
const timeless: Plugin = {
  name: 'timeless',
  setup({ onLoad }) {
    onLoad({ filter: /\/diff\/libesm\/diff\/base\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll('Date.now()', '0'),
    }))
  },
}

/** Replaces a late file by functions that load it. */
const forward: Plugin = {
  name: 'late',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, ({ path, resolveDir, importer }) => {
      const file = relative('.', join(resolveDir, path))
      const found = Object.entries(late).find(([, each]) => each.file === file)
      return found !== undefined && importer.includes('/src/') ? { path: found[0], namespace: 'late' } : undefined
    })
    onLoad({ filter: /.*/, namespace: 'late' }, ({ path }) => {
      const { exports } = late[path as keyof typeof late]
      const functions = exports.map((name) => `export const ${name} = (...args) => load().${name}(...args)`)
      return {
        contents: [`let all; const load = () => (all ??= globalThis.ocits_load_${path}())`, ...functions].join('\n'),
      }
    })
  },
}

/** The names that other modules import from each file of the hot module. */
function sharedNames(hot: Metafile, others: readonly Metafile[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>()
  for (const importer of new Set(others.flatMap(({ inputs }) => Object.keys(inputs)))) {
    if (importer in hot.inputs || !importer.startsWith('src/')) continue
    for (const [, names, path = ''] of readFileSync(importer, 'utf8').matchAll(importOf)) {
      const file = relative('.', join(dirname(importer), path))
      if (!(file in hot.inputs)) continue
      if (names === undefined) throw new Error(`${importer} must name what it imports from ${file}, which is hot`)
      const taken = found.get(file) ?? found.set(file, new Set()).get(file)
      for (const each of names.split(',')) if (!isType(each)) taken?.add(each.trim().replace(/ as .*/, ''))
    }
  }
  return new Map([...found].sort().map(([file, names]) => [file, [...names].sort()]))
}

/** Matches an import: the names in braces, if there are any, and the path. */
const importOf = /^(?:import|export) (?:\{([^}]*)\}|\*[^']*) from '(\.{1,2}\/[^']*\.ts)'/gm
const isType = (name: string) => name.trim() === '' || name.trim().startsWith('type ')

/** Makes plain objects with these names only: a namespace object has a function for each export of its file, and all of them are in the image. */
function share(all: ReadonlyMap<string, readonly string[]>): string {
  const files = [...all].map(([file, names], i) => ({
    file,
    names: names.map((name) => [name, `${name}_${i}`] as const),
  }))
  const imports = files.map(
    ({ file, names }) => `import { ${names.map(([name, own]) => `${name} as ${own}`).join(', ')} } from './${file}'`,
  )
  const objects = files.map(({ names }) => `{ ${names.map(([name, own]) => `${name}: ${own}`).join(', ')} }`)
  return [...imports, `globalThis.ocits_shared = [${objects.join(', ')}]`].join('\n')
}

/** For all modules except the hot one. */
const shared = (files: readonly string[]): Plugin => ({
  name: 'shared',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, ({ path, resolveDir }) => {
      const file = relative('.', join(resolveDir, path))
      return files.includes(file) ? { path: file, namespace: 'shared' } : undefined
    })
    onLoad({ filter: /.*/, namespace: 'shared' }, ({ path }) => ({
      contents: `module.exports = globalThis.ocits_shared[${files.indexOf(path)}]`,
    }))
  },
})

/** The commit of the current tree; nothing outside a repository. */
function commit(): string {
  const { stdout, status } = spawnSync('git', ['describe', '--always', '--dirty', '--abbrev=40', '--exclude=*'], {
    encoding: 'utf8',
  })
  return status === 0 ? stdout.trim() : ''
}

async function bundle(name: string, contents: string, options: BuildOptions): Promise<Metafile> {
  const { warnings, metafile } = await build({
    stdin: { contents, resolveDir: '.', sourcefile: `${name}.entry.js` },
    outfile: `build/${name}.js`,
    alias: { yargs: './scripts/yargs-quickjs.js' },
    bundle: true,
    format: 'iife',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['import'],
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    define: { OCITS_COMMIT: JSON.stringify(commit()) },
    logLevel: 'warning',
    ...options,
    metafile: true,
  })
  if (warnings.length > 0) throw new Error(`the bundle of ${name} is not complete`)
  return metafile as Metafile
}

/** build/native.js: only the native functions, for tests. */
export async function nativeBundle(): Promise<void> {
  mkdirSync('build', { recursive: true })
  await bundle('native', `import { main } from './test/harness/native_main.ts'; globalThis.ocits_main = main`, {})
}

/** build/hot.js, build/cold.js, and one for each late file. */
export async function bundles(): Promise<void> {
  mkdirSync('build', { recursive: true })
  const { hot, ...others } = entries
  const look = { plugins: [narrow, forward, uncompleted, timeless], write: false, minify: false }
  const [first, ...rest] = await Promise.all(Object.entries(entries).map(([name, text]) => bundle(name, text, look)))
  const names = first === undefined ? new Map() : sharedNames(first, rest)
  const files = [...names.keys()]
  await bundle('hot', `${hot}\n${share(names)}`, { plugins: [narrow, forward] })
  for (const [name, text] of Object.entries(others))
    await bundle(name, text, { plugins: [narrow, forward, uncompleted, timeless, shared(files)] })
}
