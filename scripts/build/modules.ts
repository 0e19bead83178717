import { filesOf } from './files.ts'
import { make } from './task.ts'

/** dist/index.js, dist/cli.js, their imports and the types: the output of the compiler, one file for each source file. */
export function modules(): Promise<void> {
  return make({
    inputs: [...filesOf('src', '.ts'), 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'],
    outputs: ['dist/index.js', 'dist/index.d.ts', 'dist/cli.js'],
    run: ['node_modules/.bin/tsc', '-p', 'tsconfig.build.json'],
  })
}
