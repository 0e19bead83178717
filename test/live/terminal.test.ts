import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { bindings } from '../harness/binding.ts'
import { canary } from '../harness/canary.ts'
import { law as hostile, ocits as hostileOcits, image, type Planted, plant } from '../harness/image.ts'
import { lawsOf } from '../harness/laws.ts'
import { reaches, soon } from '../harness/life.ts'
import { type Changes, config, make, proc } from '../harness/make.ts'
import { refused, succeeded } from '../harness/outcome.ts'
import { must } from '../harness/run.ts'
import { devices, probe, receiving } from '../harness/terminal.ts'

const root = '/run/ocits-terminal'
const terminal = (args: readonly string[], { process, ...changes }: Changes = {}) =>
  config(args, { mounts: [proc, ...devices], process: { terminal: true, ...process }, ...changes })

const users = {
  namespaces: [{ type: 'pid' as const }, { type: 'mount' as const }, { type: 'user' as const }],
  uidMappings: [{ containerID: 0, hostID: 100_000, size: 65_536 }],
  gidMappings: [{ containerID: 0, hostID: 100_000, size: 65_536 }],
}

for (const binding of bindings) {
  const law = lawsOf(binding, root)

  law('the process that listens on --console-socket gets the terminal of create and of run', async (ocits) => {
    const bundle = await make(terminal(['say', 'hello']))
    await receiving(async ({ socket, text }) => {
      assert.is(succeeded(await ocits(['create', '--console-socket', socket, '--bundle', bundle, 'seen'])), '')
      succeeded(await ocits(['start', 'seen']))
      await reaches(ocits, 'seen', 'stopped')
      assert.ok(await soon(() => text() === 'received /dev/pts/0\nhello\n'), text())
      succeeded(await ocits(['delete', 'seen']))
      for (const more of [[], ['--detach', '--keep']])
        assert.is(succeeded(await ocits(['run', ...more, '--console-socket', socket, '--bundle', bundle, 'seen'])), '')
      assert.ok(await soon(() => text().split('hello\n').length === 4), text())
      await reaches(ocits, 'seen', 'stopped')
      succeeded(await ocits(['delete', 'seen']))
    })
  })

  law('the terminal belongs to the user, also in a user namespace, and has the requested size', async (ocits) => {
    const process = { user: { uid: 1000, gid: 1000 }, consoleSize: { height: 12, width: 34 } }
    for (const linux of [undefined, users]) {
      const bundle = await make(terminal(['terminal'], { process, ...(linux && { linux }) }))
      await must(['chown', '-R', '100000:100000', `${bundle}/rootfs`])
      await receiving(async ({ socket, text }) => {
        assert.is(succeeded(await ocits(['run', '--console-socket', socket, '--bundle', bundle, 'own'])), '')
        assert.ok(await soon(() => text().includes('/dev/tty')), text())
        assert.match(text(), /\n0 is \/dev\/pts\/0 136:0, mode 620, of 1000:0, 12 rows, 34 columns\n/)
        assert.match(text(), /\n\/dev\/console is the same, and a terminal\n/)
        assert.match(text(), /\nsession 1 of 1, group in front 1\n/)
      })
    }
  })

  law('the path of a socket may be longer than an address, and relative', async (ocits) => {
    const bundle = await make(terminal(['say', 'far']))
    const folder = `/tmp/${'long/'.repeat(40)}`
    mkdirSync(folder, { recursive: true })
    // The listener is in the folder, because it cannot name the path either.
    const listening = spawn(probe, ['receive', 'socket'], {
      cwd: folder,
    })
    let text = ''
    listening.stdout.on('data', (data) => {
      text += data
    })
    try {
      const tries = async (args: readonly string[]) =>
        (await ocits(['run', '--bundle', bundle, ...args, 'far'], { cwd: folder })).code === 0
      assert.ok(await soon(() => tries(['--console-socket', `${folder}socket`])))
      assert.ok(await tries(['--console-socket', 'socket']))
      assert.ok(await soon(() => text === 'received /dev/pts/0\nfar\n'.repeat(2)), text)
    } finally {
      listening.kill('SIGKILL')
    }
  })

  law('a terminal needs a receiver, and a receiver must get a terminal', async (ocits) => {
    const [with_, without] = [await make(terminal(['id'])), await make(config(['id']))]
    const nobody = 'cannot allocate tty if ocits will detach without setting console socket'
    refused(await ocits(['create', '--bundle', with_, 'no']), nobody)
    refused(await ocits(['run', '--detach', '--bundle', with_, 'no']), nobody)
    refused(await ocits(['compile', '--detach', '-o', '/tmp/no', with_]), nobody)
    const useless = 'cannot use console socket if ocits will not detach or allocate tty'
    for (const verb of ['create', 'run'])
      refused(await ocits([verb, '--console-socket', '/tmp/x', '--bundle', without, 'no']), useless)
  })

  law('a wrong console socket is an error before anything is made', async (ocits) => {
    const bundle = await make(terminal(['id']))
    writeFileSync('/tmp/no-socket', '')
    const said = (path: string) => `config.json#/process/terminal: console_socket the terminal goes to ${path}: `
    const asked = (path: string) => ocits(['create', '--console-socket', path, '--bundle', bundle, 'no'])
    refused(await asked('/tmp/no-socket'), said('/tmp/no-socket'), 'ENOTSOCK', 'it is no socket')
    refused(await asked('/tmp/nothing'), said('/tmp/nothing'), 'ENOENT', 'there is no such socket')
    await receiving(async () => undefined, '/tmp/left-socket')
    refused(await asked('/tmp/left-socket'), said('/tmp/left-socket'), 'ECONNREFUSED', 'nobody listens there')
  })
}

// The queue is full: the listener never accepts a connection.
hostile(
  'a command that waits in vain at a console socket gives up, or ends at a signal',
  async () => {
    const bundle = await make(terminal(['id']))
    const path = '/tmp/full-socket'
    const create = () =>
      hostileOcits(['create', '--console-socket', path, '--bundle', bundle, 'late'], { limit: 40_000 })
    const listening = spawn(probe, ['crowd', path], { stdio: ['ignore', 'pipe', 'inherit'] })
    try {
      await once(listening.stdout, 'data')
      const told = create()
      await new Promise((done) => setTimeout(done, 500))
      process.kill(told.pid, 'SIGTERM')
      refused(await told, 'config.json#/process/terminal', 'canceled')
      refused(await create(), 'config.json#/process/terminal', 'ETIMEDOUT', 'others wait there to be accepted')
    } finally {
      listening.kill('SIGKILL')
    }
  },
  60_000,
)

// Images that have something else at the place of the terminal. Without a devpts no terminal is made, whatever else is there.
const fakes: readonly (readonly [what: string, planted: Readonly<Record<string, Planted>>, error: string])[] = [
  ['nothing', {}, 'ENOENT'],
  ['a folder with links and a device', { '/dev/pts/0': `→ ${canary}/file`, '/dev/pts/ptmx': 'c 5:2' }, 'ENODEV'],
  ['a folder with another device', { '/dev/pts/ptmx': 'c 5:0' }, 'ENODEV'],
  ['a folder with a FIFO', { '/dev/pts/ptmx': 'fifo' }, 'ENODEV'],
  ['a folder with a link to that of the host', { '/dev/pts/ptmx': '→ /dev/ptmx' }, 'ENODEV'],
  ['a link', { '/dev/pts': `→ ${canary}` }, 'ENOENT'],
  ['a link in /proc', { '/dev/pts': '→ /proc/1/root/dev/pts' }, 'ELOOP'],
  ['a link of /dev', { '/dev': `→ ${canary}` }, 'ENOENT'],
  ['a file', { '/dev/pts': 'file' }, 'ENODEV'],
]

for (const [what, planted, error] of fakes)
  hostile(`no terminal is made if /dev/pts of the image is ${what}`, async () => {
    const bundle = await image(terminal(['id'], { mounts: [proc] }), planted)
    await receiving(async ({ socket, text }) => {
      const result = await hostileOcits(['run', '--console-socket', socket, '--bundle', bundle, 'hostile'])
      refused(result, 'config.json#/process/terminal: terminal of /dev/pts', error)
      assert.is(text(), '')
    })
  })

hostile('a volume in place of /dev/pts is no devpts', async () => {
  const volume = { destination: '/dev/pts', source: 'volume', options: ['bind'] }
  const bundle = await image(terminal(['id'], { mounts: [proc, devices[0] ?? proc, volume] }), {})
  mkdirSync(`${bundle}/volume`)
  for (const [name, planted] of Object.entries({ '/volume/ptmx': 'c 5:2', '/volume/0': `→ ${canary}/file` } as const))
    plant(`${bundle}${name}`, planted)
  await receiving(async ({ socket }) => {
    const result = await hostileOcits(['run', '--console-socket', socket, '--bundle', bundle, 'hostile'])
    refused(result, 'config.json#/process/terminal', 'ENODEV')
  })
})

const consoles: readonly Planted[] = [`→ ${canary}/file`, `→ ${canary}/new`, '→ /dev/null', 'folder']
for (const what of consoles)
  hostile(`/dev/console of the image may be ${what}, and nothing is bound there`, async () => {
    const mounts = [proc, ...devices.slice(1)]
    const bundle = await image(terminal(['id'], { mounts }), { '/dev/console': what, '/dev/pts': 'folder' })
    await receiving(async ({ socket, text }) => {
      const result = await hostileOcits(['run', '--console-socket', socket, '--bundle', bundle, 'hostile'])
      refused(result, 'config.json#/process/terminal: terminal of /dev/pts', '/dev/console')
      assert.is(text(), '')
    })
  })

for (const what of ['file', 'fifo', 'c 5:1'] as const)
  hostile(`/dev/console of the image may be a ${what}, which the terminal covers`, async () => {
    const mounts = [proc, ...devices.slice(1)]
    const bundle = await image(terminal(['terminal'], { mounts }), { '/dev/console': what, '/dev/pts': 'folder' })
    await receiving(async ({ socket, text }) => {
      succeeded(await hostileOcits(['run', '--console-socket', socket, '--bundle', bundle, 'hostile']))
      assert.ok(await soon(() => text().includes('/dev/console is the same, and a terminal')), text())
    })
  })

test.run()
