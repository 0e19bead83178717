import { spawnSync } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { test } from 'uvu'
import { patience, within } from './patience.ts'

// A file of live tests that starts outside the sandbox starts itself again inside; `SECONDS` is its time limit. Inside, the project and
// Node are also mounted where every user can reach them, and are used from there: the checkout may be below a folder that only root can
// enter.
if (process.env.OCITS_SANDBOX === undefined) {
  const top = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')
  const [project, node] = ['/run/checkout', '/run/node']
  const [file = '', ...words] = process.argv.slice(1)
  const { status } = spawnSync(
    `${top}/test/harness/sandbox.sh`,
    [
      process.env.SECONDS ?? String(Math.ceil(600 * patience())),
      ...['env', `--chdir=${project}`, node],
      ...[...process.execArgv, realpathSync(file)].map((word) => word.replace(top, project)),
      ...words,
    ],
    {
      stdio: 'inherit',
      env: { ...process.env, OCITS_SANDBOX: '1', SANDBOX_BIND: `${top}=${project}:${process.execPath}=${node}` },
    },
  )
  process.exit(status ?? 1)
}

/** A test that exceeded its time limit; its remaining work would disturb the later tests. */
let endless: string | undefined

const only = process.env.ONLY

/** A test with a time limit; `ONLY=words` in the environment selects tests with these words in their names. */
export function live(name: string, body: () => Promise<void>, limit = 30_000): void {
  if (only !== undefined && !name.includes(only)) return
  test(name, async () => {
    if (endless !== undefined) throw new Error(`not tried: «${endless}» is still at work`)
    let inTime: (() => void) | undefined
    const late = new Promise<never>((_, reject) => {
      inTime = within(limit, () => {
        endless = name
        reject(new Error(`not done in ${limit} ms of patience`))
      })
    })
    try {
      await Promise.race([body(), late])
    } finally {
      inTime?.()
    }
  })
}

/** A test that this machine cannot run: the reason is printed, and uvu counts the test. */
export function skipped(name: string, reason: string): void {
  console.log(`skip  ${name}: ${reason}`)
  test.skip(name)
}
