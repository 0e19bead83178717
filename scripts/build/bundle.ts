import { mkdirSync, readFileSync } from 'node:fs'
import { build, type Plugin } from 'esbuild'

/**
 * The bytecode modules as one script each. A script leaves in globalThis what native/engine.c takes from there: the function `main`
 * of src/hot.ts, the exports of src/cold.ts. src/spec/faults.ts is a part of the cold module that comes later still.
 */
const entries = {
  hot: `import { main } from './src/hot.ts'; globalThis.ocits_main = main`,
  cold: `import * as cold from './src/cold.ts'; globalThis.ocits_cold = cold`,
  faults: `import * as faults from './src/spec/faults.ts'; globalThis.ocits_faults = faults`,
}
export const moduleNames = Object.keys(entries)

/**
 * TypeBox gives its builders as members of one object, so that all of them would be taken. They are exports of their own too:
 * `import { Type }` becomes `import * as Type`, of which the bundler takes what is used.
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

/** Building the schemas takes ten times as long as all else in the cold module: only who has a fault to explain waits for them. */
const late: Plugin = {
  name: 'late',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/spec\/faults\.ts$/ }, ({ importer }) =>
      importer.endsWith('/src/cold.ts') ? { path: 'faults', namespace: 'late' } : undefined,
    )
    onLoad({ filter: /^faults$/, namespace: 'late' }, () => ({
      contents: `export const explain = (text) => globalThis.ocits_load_faults().explain(text)`,
    }))
  },
}

/** build/hot.js, build/cold.js, build/faults.js */
export async function bundles(): Promise<void> {
  mkdirSync('build', { recursive: true })
  for (const [name, contents] of Object.entries(entries)) {
    const { warnings } = await build({
      stdin: { contents, resolveDir: '.', sourcefile: `${name}.entry.js` },
      outfile: `build/${name}.js`,
      alias: { yargs: './scripts/yargs-quickjs.js' },
      plugins: [narrow, late],
      bundle: true,
      format: 'iife',
      platform: 'neutral',
      mainFields: ['module', 'main'],
      conditions: ['import'],
      target: 'es2022',
      minify: true,
      legalComments: 'none',
      logLevel: 'warning',
    })
    if (warnings.length > 0) throw new Error(`the bundle of ${name} is not whole`)
  }
}
