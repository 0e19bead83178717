import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { bundle } from './bundle.ts'
import { says, soon } from './life.ts'
import { probe } from './terminal.ts'

/** A service manager that listens where NOTIFY_SOCKET leads (sd_notify(3)). */
export type Manager = {
  /** The environment of a command that this service manager starts. */
  readonly env: Readonly<Record<string, string>>
  /** Waits until it has got so many messages, and compares them all. */
  readonly hears: (messages: readonly string[]) => Promise<void>
}

let count = 0

/** Runs `body` beside a service manager. `name`: of its socket, with `@` an abstract one. */
export async function managed<T>(body: (manager: Manager) => Promise<T>, name?: string): Promise<T> {
  await bundle('ns-mount') // with it the probe is built
  const socket = name ?? `/tmp/ocits-manager.${process.pid}.${count}`
  const file = `/tmp/ocits-heard.${process.pid}.${count++}`
  writeFileSync(file, '')
  const out = openSync(file, 'a')
  const child = spawn(probe, ['manager', socket], { stdio: ['ignore', out, 'inherit'] })
  closeSync(out)
  try {
    await says(file, 'listens')
    const heard = () => readFileSync(file, 'utf8').split('\n').slice(1, -1)
    const hears = async (messages: readonly string[]) => {
      await soon(() => heard().length >= messages.length)
      assert.equal(
        heard(),
        messages.map((text) => `heard ${text}`),
      )
    }
    return await body({ env: { PATH: process.env.PATH ?? '', NOTIFY_SOCKET: socket }, hears })
  } finally {
    child.kill('SIGKILL')
  }
}
