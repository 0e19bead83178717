// Packs the live tests with everything that they need into build/guest/tests.tar, for a machine without Node and compiler.
//   tsx scripts/guest-tests.ts
// An emulated machine reads one archive much faster than many files of a shared folder.
import { execFileSync } from 'node:child_process'
import { cpSync, realpathSync } from 'node:fs'
import { relative } from 'node:path'
import { testBundles } from './build/tests.ts'

const folder = 'build/guest'
const bundles = await testBundles('live', folder)
cpSync(realpathSync(process.execPath), `${folder}/node`)
const scripts = ['scripts/bundles.sh', 'scripts/run-bundle.sh']
const needed = ['dist', 'bundles', 'build/probe', 'test/probe.c', 'test/harness', ...scripts]
const [project = '', ...modules] = execFileSync('npm', ['ls', '--omit=dev', '--all', '--parseable'], {
  encoding: 'utf8',
})
  .trim()
  .split('\n')
const paths = modules.map((path) => relative(project, path))
execFileSync('tar', ['-cf', `${folder}/tests.tar`, `${folder}/node`, ...bundles, ...needed, ...paths])
