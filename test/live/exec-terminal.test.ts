import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Process } from '../../src/spec/process.ts'
import { aside, bindings, type Runtime } from '../harness/binding.ts'
import { lawsOf } from '../harness/laws.ts'
import { alive, says, soon } from '../harness/life.ts'
import { type Changes, config, make, proc } from '../harness/make.ts'
import { succeeded } from '../harness/outcome.ts'
import { must, type Result } from '../harness/run.ts'
import { devices, receiving } from '../harness/terminal.ts'

// `exec` of a process with a terminal, as `docker exec -it` and `podman exec -it` ask for it.

const root = '/run/ocits-exec-terminal'
const maps = [{ containerID: 0, hostID: 100_000, size: 65_536 }]
const users: Changes = {
  linux: {
    namespaces: (['pid', 'mount', 'user'] as const).map((type) => ({ type })),
    ...{ uidMappings: maps, gidMappings: maps },
  },
}

function failed({ code, stdout, stderr }: Result, ...words: readonly string[]): void {
  assert.is(code, 255, stderr)
  assert.is(stdout, '')
  assert.ok(stderr.startsWith('ocits: exec failed: '), stderr)
  for (const word of words) assert.ok(stderr.includes(word), `not in it, ${JSON.stringify(word)}: ${stderr}`)
}

let count = 0

function processFile(process: Partial<Process>): string {
  const path = `/tmp/ocits-terminal-process-${count++}.json`
  writeFileSync(path, JSON.stringify({ cwd: '/', ...process }))
  return path
}

/** A running container without its own terminal, as long as `body` runs. */
async function running(ocits: Runtime, changes: Changes, body: (id: string) => Promise<void>) {
  const quick = aside(ocits)
  const bundle = await make(config(['trap'], { mounts: [proc, ...devices], ...changes }))
  if (changes === users) await must(['chown', '-R', '100000:100000', bundle])
  const { out, ...made } = await quick(['run', '--detach', '--bundle', bundle, 'web'])
  assert.is(made.stderr, '')
  try {
    await says(out, 'ready')
    await body('web')
  } finally {
    succeeded(await quick(['delete', '--force', 'web']))
  }
}

for (const binding of bindings) {
  const law = lawsOf(binding, root)

  law('exec: the process that listens on --console-socket gets the terminal, detached or not', async (ocits) => {
    await running(ocits, {}, async (id) => {
      await receiving(async ({ socket, text }) => {
        const exec = async (...words: readonly string[]) =>
          succeeded(await ocits(['exec', '--console-socket', socket, ...words]))
        assert.is(await exec('--tty', id, '/probe', 'terminal', 'say', 'one'), '')
        assert.ok(await soon(() => text().includes('one\n')), text())
        assert.match(
          text(),
          /^received \/dev\/pts\/0\n(. is \/dev\/pts\/0 136:0, mode 620, of 0:0, 0 rows, 0 columns\n){3}session (\d+) of \2, group in front \2\n/,
        )
        assert.match(text(), /\n\/dev\/console: No such file.*\n\/dev\/tty is another, and a terminal\none\n$/)
        const pidFile = `/tmp/ocits-exec-terminal-${binding.name}.pid`
        assert.is(await exec('-d', '-t', '--pid-file', pidFile, id, '/probe', 'say', 'two'), '')
        assert.ok(await soon(() => text().includes('two\n')), text())
        const process = { args: ['/probe', 'say', 'three'], terminal: true }
        assert.is(await exec('--detach', '--process', processFile(process), id), '')
        assert.ok(await soon(() => text().includes('three\n')), text())
        rmSync(pidFile)
      })
    })
  })

  law(
    'exec: the terminal belongs to the user, also in a user namespace, and has the size in the process file',
    async (ocits) => {
      for (const changes of [{}, users])
        await running(ocits, changes, async (id) => {
          await receiving(async ({ socket, text }) => {
            const size = { consoleSize: { height: 12, width: 34 } }
            const process = { args: ['/probe', 'terminal'], terminal: true, user: { uid: 1000, gid: 1000 }, ...size }
            succeeded(await ocits(['exec', '--console-socket', socket, '--process', processFile(process), id]))
            assert.ok(await soon(() => text().includes('/dev/tty is')), text())
            assert.match(text(), /\n0 is \/dev\/pts\/0 136:0, mode 620, of 1000:0, 12 rows, 34 columns\n/)
          })
        })
    },
  )

  law('exec: if the holder of the terminal goes away, the program gets a hangup', async (ocits) => {
    await running(ocits, {}, async (id) => {
      const pidFile = `/tmp/ocits-exec-hung-${binding.name}.pid`
      let pid = 0
      await receiving(async ({ socket }) => {
        const words = ['--detach', '--tty', '--console-socket', socket, '--pid-file', pidFile]
        succeeded(await ocits(['exec', ...words, id, '/probe', 'sleep', '3600']))
        pid = Number(readFileSync(pidFile, 'utf8'))
        assert.ok(alive(pid))
      })
      assert.ok(await soon(() => !alive(pid)))
      rmSync(pidFile)
    })
  })

  law('exec: a terminal needs a receiver, and a receiver must get a terminal', async (ocits) => {
    await running(ocits, {}, async (id) => {
      const pidFile = `/tmp/ocits-exec-no-${binding.name}.pid`
      const exec = (...words: readonly string[]) => ocits(['exec', '--pid-file', pidFile, ...words])
      const nobody = 'cannot allocate tty if ocits will detach without setting console socket'
      failed(await exec('--detach', '--tty', id, '/probe', 'id'), nobody)
      failed(await exec('-d', '-p', processFile({ args: ['/probe', 'id'], terminal: true }), id), nobody)
      const useless = 'cannot use console socket if ocits will not detach or allocate tty'
      failed(await exec('--console-socket', '/tmp/x', id, '/probe', 'id'), useless)
      writeFileSync('/tmp/no-socket', '')
      const asked = (path: string) => exec('--tty', '--detach', '--console-socket', path, id, '/probe', 'id')
      failed(await asked('/tmp/no-socket'), '--tty: console_socket the terminal goes to', 'ENOTSOCK', 'it is no socket')
      failed(await asked('/tmp/nothing'), '/tmp/nothing: ENOENT', 'there is no such socket')
      await receiving(async ({ socket, text }) => {
        const file = processFile({ args: ['/probe', 'nothing'], terminal: true, cwd: '/nothing' })
        failed(await exec('-d', '-p', file, '--console-socket', socket, id), 'process.json#/cwd')
        const size = { args: ['/probe'], terminal: true, consoleSize: { height: 65_536, width: 1 } }
        failed(
          await exec('-d', '-p', processFile(size), '--console-socket', socket, id),
          'process.json#/consoleSize/height',
        )
        assert.not.match(text(), /[^\n]\n./)
      })
      assert.not(existsSync(pidFile))
    })
  })

  law('exec: a container without a devpts has no terminals', async (ocits) => {
    await running(ocits, { mounts: [proc] }, async (id) => {
      await receiving(async ({ socket, text }) => {
        const words = ['exec', '--tty', '--console-socket', socket, id, '/probe', 'id']
        failed(await ocits(words), '--tty: terminal of /dev/pts', 'it needs a devpts mounted on /dev/pts')
        assert.is(text(), '')
      })
    })
  })
}

test.run()
