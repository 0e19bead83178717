import { existsSync, readFileSync, readlinkSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Spec } from '../../src/spec/spec.ts'
import { untouched } from '../harness/canary.ts'
import type { Faulted, Recorded } from '../harness/inject.ts'
import { reaches, says, stateOf } from '../harness/life.ts'
import { live } from '../harness/live.ts'
import { config, make, proc } from '../harness/make.ts'
import { managed } from '../harness/manager.ts'
import { succeeded } from '../harness/outcome.ts'
import { terminalWords } from '../harness/pty.ts'
import { run } from '../harness/run.ts'
import { devices, receiving } from '../harness/terminal.ts'
import { waiting } from './containers.ts'
import { type Fault, hour, id, ocits, sweep, type Trial } from './sweep.ts'

// What stands around a container, each call failing once: terminals, service managers, deadlines, pins, and the commands that only look.

const facts = ['id', 'caps', 'fds', 'signals', 'privileges', 'say', 'done']

/** The program prints what it prints when nothing fails, or it has not begun. */
function whole({ code, signal, stdout }: Faulted, base: Recorded): void {
  if (code === base.code && signal === null) assert.is(stdout, base.stdout)
  else assert.ok(base.stdout.startsWith(stdout), `half a program: ${stdout}`)
}

const law = (name: string, count: number, trial: () => Promise<Trial>) =>
  live(name, () => untouched(async () => sweep(await trial(), count)), hour)

/** A container that runs, and where its process writes to. */
async function started(bundle: string): Promise<void> {
  const { out, ...made } = await ocits(['run', '--detach', '--bundle', bundle, id])
  succeeded({ out, ...made })
  await says(out, 'ready')
}

law('run --timeout', 40, async () => {
  const bundle = await make(config(facts))
  const command = [...ocits.command, 'run', '--timeout', '30s', '--bundle', bundle, id]
  return { command, judge: whole, undoes: true }
})

// The manager hears that it is ready, or the command says why not: a process that runs is never lost with it.
live(
  'run under a service manager',
  () =>
    untouched(() =>
      managed(async ({ env: { NOTIFY_SOCKET } }) => {
        const bundle = await make(config(['notify', 'READY=1', 'say', 'done'], { mounts: [proc] }))
        const command = ['env', `NOTIFY_SOCKET=${NOTIFY_SOCKET}`, ...ocits.command, 'run', '--bundle', bundle, id]
        await sweep({ command, judge: whole, undoes: true }, 60)
      }),
    ),
  hour,
)

const onTerminal = (args: readonly string[]): Spec => {
  const { process, ...others } = config(args)
  return {
    ...others,
    process: { ...process, args: process?.args ?? [], cwd: '/', terminal: true },
    mounts: [proc, ...devices],
  }
}

live(
  'run --detach with a console and a pidfd for who listens',
  () =>
    untouched(() =>
      receiving(({ socket }) =>
        receiving(async ({ socket: second }) => {
          const bundle = await make(onTerminal(['trap']))
          const sockets = ['--console-socket', socket, '--pidfd-socket', second]
          const command = [...ocits.command, 'run', '--detach', ...sockets, '--bundle', bundle, id]
          // An init that is killed once it is ready is the container's process, of which nobody need know any more.
          const judge: Trial['judge'] = async ({ code }, _, __, { place, what }) => {
            const ends = what === 'kill' && place.process !== '0' ? ['running', 'stopped'] : ['running']
            if (code === 0) assert.ok(ends.includes((await stateOf(ocits, id)).status))
          }
          await sweep({ command, judge, undoes: true }, 60)
        }),
      ),
    ),
  hour,
)

/** As the driver of the terminal says: the exit code or the signal, and whether the terminal is as it was. */
const endOf = (text: string) => /\[(exit|signal) (\d+), modes ([^\]]*)\]\n$/.exec(text)?.slice(1) ?? []

const killsCommand = ({ place, what }: Fault) => what === 'kill=0' || (what === 'kill' && place.process === '0')

for (const [name, words] of Object.entries({ run: ['run'], exec: ['exec'] }))
  law(`${name} on the caller's terminal`, 50, async () => {
    const bundle = await make(onTerminal(name === 'run' ? ['say', 'done'] : ['trap']))
    const rest = name === 'run' ? ['--bundle', bundle, id] : ['--tty', id, '/probe', 'say', 'done']
    return {
      command: [...ocits.command, ...words, ...rest],
      around: terminalWords(),
      ...(name === 'exec' && { prepare: () => detached(bundle) }),
      judge: ({ stdout }, base, _, fault) => {
        const [kind, status, modes] = endOf(stdout)
        assert.ok(kind !== undefined, `no end: ${stdout}`)
        // The modes cannot be put back where the kernel refuses that, and what cannot be read or written is as after a hangup.
        const { process, name } = fault.place
        if (!killsCommand(fault) && name !== 'ioctl') assert.is(modes, 'as before', stdout)
        const passesOn = process === '0' && ['read', 'sendto', 'write', 'ioctl'].includes(name)
        if (kind === 'exit' && status === '0' && !passesOn) assert.is(stdout, base.stdout)
      },
    }
  })

/** A container whose terminal nobody reads. */
async function detached(bundle: string): Promise<void> {
  await receiving(async ({ socket }) => {
    succeeded(await ocits(['run', '--detach', '--console-socket', socket, '--bundle', bundle, id]))
  })
}

const answers = async (base: Recorded) => void succeeded(base)

// Those that only look: an answer is the whole one.
for (const [name, words] of Object.entries({
  'events --stats': ['events', '--stats', id],
  'ps --format json': ['ps', '--format', 'json', id],
  'list --quiet': ['list', '--quiet'],
  'ns show': ['ns', 'show', id],
}))
  law(name, 15, async () => {
    const bundle = await waiting()
    return {
      command: [...ocits.command, ...words],
      prepare: () => started(bundle),
      whole: answers,
      judge: async ({ code, out }) => {
        const text = readFileSync(out, 'utf8')
        if (code !== 0) return
        assert.ok(text.endsWith('\n'), `half an answer: ${text}`)
        assert.is((await stateOf(ocits, id)).status, 'running')
      },
    }
  })

law('wait', 15, async () => {
  const bundle = await make(config(['exit', '7']))
  return {
    command: [...ocits.command, 'wait', id],
    prepare: async () => {
      succeeded(await ocits(['create', '--bundle', bundle, id]))
      succeeded(await ocits(['start', id]))
      await reaches(ocits, id, 'stopped')
    },
    whole: answers,
    // Whether somebody has reaped the process by now decides what the kernel still knows.
    judge: ({ code, stdout }) => {
      if (code === 0) assert.match(stdout, /^(exit status 7|unknown: it had ended before anybody waited)\n$/)
    },
  }
})

law('unshare --fork --kill-child', 40, async () => {
  const words = ['--fork', '--pid', '--mount-proc', '--user', '--map-root-user', '--kill-child', '--uts', '--net']
  return {
    command: [...ocits.command, 'unshare', ...words, 'sh', '-c', 'echo $$; id -u; echo done'],
    judge: ({ code, stdout }, base) => {
      if (code === 0) assert.is(stdout, base.stdout)
      else assert.ok(base.stdout.startsWith(stdout), `half a program: ${stdout}`)
    },
  }
})

// Pinned under its name, or not at all: a file without its mount would be in the way of the next.
law('ns pin', 60, async () => {
  const bundle = await waiting()
  const file = '/run/netns/swept'
  await run(['ip', 'netns', 'add', 'first']) // makes the folder, which stays
  await run(['ip', 'netns', 'delete', 'first'])
  return {
    command: [...ocits.command, 'ns', 'pin', id, 'net', 'swept'],
    prepare: () => started(bundle),
    // It stays if the command is killed after it, and an empty file if it is killed before; both can be removed.
    killed: async () => {
      if (existsSync(file)) succeeded(await ocits(['ns', 'unpin', 'swept']))
    },
    judge: async ({ code }) => {
      const { pid } = await stateOf(ocits, id)
      if (code !== 0) assert.not(existsSync(file), 'a name is left')
      else {
        const { stdout } = await run(['ip', 'netns', 'identify', String(pid)])
        assert.is(stdout, 'swept\n', readlinkSync(`/proc/${pid}/ns/net`))
        succeeded(await ocits(['ns', 'unpin', 'swept']))
      }
    },
    whole: async () => void succeeded(await ocits(['ns', 'unpin', 'swept'])),
  }
})

test.run()
