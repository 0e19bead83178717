import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { within } from '../../harness/patience.ts'

const put = (size: number) => JSON.stringify([['put', 1, 'x'.repeat(size)]])

async function exit(child: ChildProcess): Promise<number | NodeJS.Signals | null> {
  const inTime = within(10_000, () => child.kill('SIGKILL'))
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  inTime()
  return child.exitCode ?? child.signalCode
}

test('a complete text goes through a pipe that is read slowly', async () => {
  // A pipe of the shell has room for 64 KiB. A pipe of Node has room for all of it, and loses data that arrives before its child ends if
  // nobody listens.
  const script = 'set -o pipefail; build/native "$0" | { sleep 0.1; wc -c; }'
  const child = spawn('bash', ['-c', script, put(100_000)])
  let size = ''
  child.stdout.on('data', (bytes: Buffer) => {
    size += bytes.toString()
  })
  const read = once(child.stdout, 'end')
  assert.is(await exit(child), 0)
  await read
  assert.ok(Number(size) > 100_000)
})

test('a process that waits for a reader that never comes can be ended by a signal', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ocits-put-'))
  execFileSync('mkfifo', [join(folder, 'pipe')])
  const pipe = openSync(join(folder, 'pipe'), 'r+')
  try {
    const child = spawn('build/native', [put(100_000)], { stdio: ['ignore', pipe, 'inherit'] })
    await sleep(300)
    assert.is(child.exitCode, null)
    child.kill('SIGTERM')
    assert.is(await exit(child), 'SIGTERM')
  } finally {
    closeSync(pipe)
    rmSync(folder, { recursive: true })
  }
})

test('a closed pipe is an errno, not a signal', async () => {
  const child = spawn('bash', ['-c', `build/native '${put(100_000)}' | true; exit "${'$'}{PIPESTATUS[0]}"`])
  assert.is(await exit(child), 1)
})

test('closed 0, 1 and 2 are /dev/null; no other file has their number', async () => {
  const script = `build/native '[["link","/proc/self/fd/0"],["link","/proc/self/fd/1"]]' <&- 2>&-`
  const child = spawn('sh', ['-c', script])
  const read = once(child.stdout, 'end')
  let text = ''
  child.stdout.on('data', (bytes) => {
    text += bytes
  })
  assert.is(await exit(child), 0)
  await read
  assert.is(JSON.parse(text)[0], '/dev/null')
})

test.run()
