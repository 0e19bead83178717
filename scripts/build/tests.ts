import { mkdirSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { build, type Plugin } from 'esbuild'
import { filesOf } from './files.ts'

/** Paths are relative to the source file, not to the bundle, which may be in another folder together with the rest of the project. */
const sourcePlaces = (folder: string): Plugin => ({
  name: 'source-places',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const place = `new URL(${JSON.stringify(relative(folder, path))}, import.meta.url).href`
      return { loader: 'ts', contents: readFileSync(path, 'utf8').replaceAll('import.meta.url', place) }
    })
  },
})

/** The tests of a kind with their runner, for a machine that has only Node: FOLDER/run.mjs and FOLDER/*.test.mjs. */
export async function testBundles(kind: string, folder: string): Promise<readonly string[]> {
  mkdirSync(folder, { recursive: true })
  const files = filesOf(`test/${kind}`, '.test.ts')
  await build({
    entryPoints: { run: 'scripts/test.ts', ...Object.fromEntries(files.map((file) => [nameOf(file), file])) },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: ['koffi'],
    plugins: [sourcePlaces(`${process.cwd()}/${folder}`)],
    logLevel: 'warning',
  })
  return [...files.map((file) => `${folder}/${nameOf(file)}.mjs`), `${folder}/run.mjs`]
}

const nameOf = (file: string): string => file.slice(file.lastIndexOf('/') + 1, -'.ts'.length)
