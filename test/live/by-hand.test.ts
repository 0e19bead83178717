import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { expectation, names, read, shipped, unmet } from '../harness/bundle.ts'
import { listing } from '../harness/listing.ts'
import { live, skipped } from '../harness/live.ts'
import { refused, succeeded } from '../harness/outcome.ts'
import { must, run } from '../harness/run.ts'
import { traces, unchanged } from '../harness/traces.ts'

// Every bundle is run from the checkout, as in README.md and bundles/README.md, and the checkout stays unchanged.

const top = new URL('../..', import.meta.url).pathname
const prepared = `${top}build/bundles`

const isClone = existsSync(`${top}.git`) && spawnSync('git', ['--version']).status === 0

/** Paths, inodes and times of all bundles; and the output of git, if this is a clone and git is installed. */
async function checkout(): Promise<readonly string[]> {
  const git = isClone
    ? await must(['git', '-C', top, 'status', '--porcelain', '--ignored'], { limit: 30_000 })
    : undefined
  return [...listing(`${top}bundles`, { times: true }), ...(git?.stdout.split('\n') ?? [])]
}

/** `build/bundles` is prepared for the namespaces of this sandbox, and is visible only there. */
mkdirSync(prepared, { recursive: true })
await must(['mount', '-t', 'tmpfs', 'prepared', prepared])
await must([`${top}scripts/bundles.sh`], { limit: 120_000 })

const clean = await checkout()
const has = (name: string, ...scripts: readonly string[]) =>
  scripts.some((script) => existsSync(`${shipped(name)}/${script}.sh`))

/** A test that leaves the checkout and the machine unchanged. */
const law = (name: string, body: () => Promise<void>): void =>
  live(name, async () => {
    const before = traces('/run/ocits')
    await body()
    await unchanged(before, '/run/ocits')
    assert.equal(await checkout(), clean)
  })

async function byItself(name: string): Promise<void> {
  const { stdout } = await run(['dist/ocits', 'run', name, `bundles/${name}`], { cwd: top })
  const after = has(name, 'after') ? (await must(['./after.sh'], { cwd: `${prepared}/${name}` })).stdout : ''
  assert.fixture(stdout + after, read(expectation(name)))
}

async function withScripts(name: string): Promise<void> {
  const result = await run(['scripts/run-bundle.sh', name], { cwd: top, limit: 20_000 })
  assert.fixture(succeeded(result), read(expectation(name)))
}

for (const name of names) {
  const scripts = has(name, 'setup', 'during')
  const title = `${scripts ? 'scripts/run-bundle.sh' : `dist/ocits run ${name}`} ${scripts ? '' : 'bundles/'}${name}`
  const reason = await unmet(name)
  if (reason === undefined) law(title, () => (scripts ? withScripts(name) : byItself(name)))
  else {
    skipped(title, reason)
    law(`${name}: the error names what is missing`, async () => {
      const { code, stderr } = await run(['scripts/run-bundle.sh', name], { cwd: top })
      assert.is(code, 77)
      assert.ok(stderr.includes(reason), stderr)
    })
  }
  if (has(name, 'setup'))
    law(`${name} without its set-up runs, or the error names the field that fails`, async () => {
      const result = await run(['dist/ocits', 'run', name, `bundles/${name}`], { cwd: top })
      if (result.code !== 0) refused(result, 'config.json#/')
    })
}

test.run()
