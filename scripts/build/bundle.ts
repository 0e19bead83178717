import { mkdirSync } from 'node:fs'
import { build } from 'esbuild'

/**
 * The two bytecode modules as one script each. A script leaves in globalThis what native/engine.c takes from there: the
 * function `main` of src/hot.ts, the exports of src/cold.ts.
 */
const entries = {
  hot: `import { main } from './src/hot.ts'; globalThis.ocits_main = main`,
  cold: `import * as cold from './src/cold.ts'; globalThis.ocits_cold = cold`,
}

/** build/hot.js and build/cold.js */
export async function bundles(): Promise<void> {
  mkdirSync('build', { recursive: true })
  for (const [name, contents] of Object.entries(entries))
    await build({
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
      logLevel: 'warning',
    })
}
