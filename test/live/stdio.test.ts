import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, openSync, readFileSync, rmSync } from 'node:fs'
import { Socket } from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { aside, bindings, type Runtime } from '../harness/binding.ts'
import { lawsOf } from '../harness/laws.ts'
import { reaches, soon } from '../harness/life.ts'
import { config, make, proc } from '../harness/make.ts'
import { succeeded } from '../harness/outcome.ts'
import { within } from '../harness/patience.ts'
import { must } from '../harness/run.ts'
import { devices, receiving } from '../harness/terminal.ts'

// The stdio of the caller: nobody but the program of the container keeps it open, and its flags stay as they are.

const root = '/run/ocits-stdio'

/** A command whose output goes to two pipes, until their end. */
async function piped({ command }: Runtime, args: readonly string[], limit = 10_000) {
  const [file = '', ...words] = [...command, ...args]
  const child: ChildProcess = spawn(file, words, { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env.PATH } })
  const said = { text: '', open: 2 }
  for (const pipe of [child.stdout, child.stderr]) {
    pipe?.on('data', (data) => {
      said.text += data
    })
    pipe?.on('end', () => said.open--)
    if (pipe instanceof Socket) pipe.unref() // one that stays open does not keep a failed test from its end
  }
  const inTime = within(limit, () => child.kill('SIGKILL'))
  const [code] = await once(child, 'exit')
  inTime()
  assert.is(code, 0, said.text)
  return said
}

/** O_NONBLOCK of a descriptor of this process. */
const isNonblocking = (fd: number) =>
  (Number.parseInt(/flags:\s+(\d+)/.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1] ?? '', 8) &
    constants.O_NONBLOCK) !==
  0

for (const binding of bindings) {
  const law = lawsOf(binding, root)

  law('pipes that create and exec --detach were given end with the program, before any delete', async (ocits) => {
    const quick = aside(ocits)
    const bundle = await make(config(['trap']))
    const init = await piped(ocits, ['create', '--bundle', bundle, 'piped'])
    assert.is(init.open, 2)
    succeeded(await quick(['start', 'piped']))
    assert.ok(await soon(() => init.text === 'ready\n'), init.text)
    const one = await piped(ocits, ['exec', '--detach', 'piped', '/probe', 'say', 'hello'])
    assert.ok(await soon(() => one.open === 0))
    assert.is(one.text, 'hello\n')
    assert.is(init.open, 2)
    succeeded(await quick(['kill', 'piped', 'KILL']))
    await reaches(quick, 'piped', 'stopped')
    assert.ok(await soon(() => init.open === 0))
    succeeded(await quick(['delete', 'piped']))
  })

  law('with a console socket nobody keeps the stdio of the caller', async (ocits) => {
    const quick = aside(ocits)
    const own = config(['trap'], { mounts: [proc, ...devices], process: { terminal: true } })
    const bundle = await make(own)
    await receiving(async ({ socket }) => {
      const init = await piped(ocits, ['create', '--console-socket', socket, '--bundle', bundle, 'held'])
      assert.ok(await soon(() => init.open === 0))
      succeeded(await quick(['start', 'held']))
      const flags = ['--detach', '--tty', '--console-socket', socket]
      const one = await piped(ocits, ['exec', ...flags, 'held', '/probe', 'trap'])
      assert.ok(await soon(() => one.open === 0))
      succeeded(await quick(['delete', '--force', 'held']))
    })
  })

  law('O_NONBLOCK of the stdio stays as it was', async (ocits) => {
    const quick = aside(ocits)
    const fifo = '/run/ocits-stdio.fifo'
    await must(['mkfifo', fifo])
    const bundle = await make(config(['trap']))
    try {
      for (const flag of [0, constants.O_NONBLOCK]) {
        const fd = openSync(fifo, constants.O_RDWR | flag)
        const ran = async (...args: readonly string[]) => {
          // Node itself clears the flag of 0, 1 and 2 of what it starts.
          const words = ['-c', 'exec "$@" <&3 >&3 2>&3 3>&-', 'sh', ...ocits.command, ...args]
          const child = spawn('sh', words, {
            stdio: ['ignore', 'ignore', 'ignore', fd],
            env: { PATH: process.env.PATH },
          })
          const inTime = within(10_000, () => child.kill('SIGKILL'))
          const [code] = await once(child, 'exit')
          inTime()
          assert.is(code, 0, args.join(' '))
          assert.is(isNonblocking(fd), flag !== 0, args.join(' '))
        }
        await ran('create', '--bundle', bundle, 'flags')
        await ran('start', 'flags')
        await ran('exec', 'flags', '/probe', 'exit', '0')
        await ran('exec', '--detach', 'flags', '/probe', 'exit', '0')
        await ran('run', '--bundle', await make(config(['exit', '0'])), 'other')
        succeeded(await quick(['delete', '--force', 'flags']))
        closeSync(fd)
      }
    } finally {
      rmSync(fifo)
    }
  })
}

test.run()
