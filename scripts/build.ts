// Builds dist/. It makes only files that are out of date; build/stamps.json records the inputs of each file.
//   tsx scripts/build.ts [init|ocits|native|libocits|js|man]…     (default: all except native, which is for tests)
//   env: QUICKJS_SRC  another QuickJS source tree
import { availableParallelism } from 'node:os'
import { chdir } from 'node:process'
import { fileURLToPath } from 'node:url'
import { bundles, nativeBundle } from './build/bundle.ts'
import { man } from './build/man.ts'
import { modules } from './build/modules.ts'
import { binary, init, library, nativeBinary } from './build/native.ts'
import { limit } from './build/task.ts'

const targets: Readonly<Record<string, () => Promise<void>>> = {
  init,
  ocits: async () => {
    await Promise.all([init(), bundles()])
    await binary()
  },
  native: async () => {
    await Promise.all([init(), bundles(), nativeBundle()])
    await nativeBinary()
  },
  libocits: async () => {
    await init()
    await library()
  },
  js: modules,
  man,
}

async function main(names: readonly string[]): Promise<void> {
  chdir(fileURLToPath(new URL('..', import.meta.url)))
  limit(availableParallelism())
  const unknown = names.filter((name) => !(name in targets))
  if (unknown.length > 0)
    throw new Error(`no such target: ${unknown.join(' ')} (known: ${Object.keys(targets).join(' ')})`)
  const wanted = names.length > 0 ? names : Object.keys(targets).filter((name) => name !== 'native')
  for (const name of wanted) await targets[name]?.()
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(`build: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
})
