import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { aside, bindings, type Runtime } from '../harness/binding.ts'
import { lawsOf } from '../harness/laws.ts'
import { reaches, says } from '../harness/life.ts'
import { type Changes, config, make, proc } from '../harness/make.ts'
import { refused, succeeded } from '../harness/outcome.ts'
import { onTerminal } from '../harness/pty.ts'
import { run } from '../harness/run.ts'
import { devices } from '../harness/terminal.ts'

// A foreground run or exec whose process has its own terminal, on a terminal of the caller.

const root = '/run/ocits-on-terminal'
const mounts = [proc, ...devices]
const withTerminal = (args: readonly string[], { process, ...changes }: Changes = {}) =>
  make(config(args, { mounts, process: { terminal: true, ...process }, ...changes }))

/** Runs a container; `body` gets the words of an exec. */
async function inside(ocits: Runtime, body: (exec: (...words: readonly string[]) => string[]) => Promise<void>) {
  const quick = aside(ocits)
  const bundle = await make(config(['trap'], { mounts }))
  const { out, ...made } = await quick(['run', '--detach', '--bundle', bundle, 'web'])
  assert.is(made.stderr, '')
  try {
    await says(out, 'ready')
    await body((...words) => [...ocits.command, 'exec', ...words])
  } finally {
    succeeded(await quick(['delete', '--force', 'web']))
  }
}

for (const binding of bindings) {
  const law = lawsOf(binding, root)

  law(
    'the output of the process is shown, its exit status is passed on, and the terminal is restored',
    async (ocits) => {
      const bundle = await withTerminal(['terminal', 'exit', '7'], {
        process: { consoleSize: { height: 5, width: 6 } },
      })
      const shown = onTerminal([...ocits.command, 'run', '--bundle', bundle, 'shown'], 30, 100)
      assert.is(await shown.ended(), 'exit 7, modes as before')
      assert.match(shown.text(), /^0 is \/dev\/pts\/0 136:0, mode 620, of 0:0, 30 rows, 100 columns\r\n1 is /)
      assert.not.match(shown.text(), /\r\r/)
      assert.match(shown.text(), /session 1 of 1, group in front 1\r\n/)
    },
  )

  law('a new size is passed on', async (ocits) => {
    const bundle = await withTerminal(['trap', 'terminal'])
    const shown = onTerminal([...ocits.command, 'run', '--bundle', bundle, 'sized'])
    await shown.shows('ready')
    shown.tell('size 41 99')
    await shown.shows('got WINCH')
    succeeded(await aside(ocits)(['kill', 'sized', 'TERM']))
    assert.is(await shown.ended(), 'exit 0, modes as before')
    assert.match(shown.text(), /, 41 rows, 99 columns\r\n/)
  })

  law('input goes to the process; ctrl-c and ctrl-z are signals in the container', async (ocits) => {
    const bundle = await withTerminal(['trap'])
    const shown = onTerminal([...ocits.command, 'run', '--bundle', bundle, 'typed'])
    await shown.shows('ready')
    for (const [keys, signal] of [
      ['^C', 'INT'],
      ['^\\\\', 'QUIT'],
      ['^Z', 'TSTP'],
    ] as const) {
      shown.tell(`type ${keys}`)
      await shown.shows(`got ${signal}`)
    }
    succeeded(await aside(ocits)(['kill', 'typed', 'TERM']))
    assert.is(await shown.ended(), 'exit 0, modes as before')
  })

  law('a killed process leaves the terminal restored', async (ocits) => {
    const bundle = await withTerminal(['say', 'here', 'sleep', '3600'])
    const shown = onTerminal([...ocits.command, 'run', '--bundle', bundle, 'killed'])
    await shown.shows('here')
    succeeded(await aside(ocits)(['kill', 'killed', 'KILL']))
    assert.is(await shown.ended(), 'exit 137, modes as before')
  })

  law('a failed create leaves the terminal unchanged', async (ocits) => {
    for (const args of [['no-such-verb'], undefined]) {
      const bundle = await withTerminal([], { process: { args: args ?? ['/missing'] } })
      const shown = onTerminal([...ocits.command, 'run', '--bundle', bundle, 'failing'])
      assert.is(await shown.ended(), 'exit 1, modes as before')
    }
  })

  law('a hangup of the caller’s terminal hangs up that of the process', async (ocits) => {
    const bundle = await withTerminal(['trap'])
    const shown = onTerminal([...ocits.command, 'run', '--keep', '--bundle', bundle, 'hung'])
    await shown.shows('ready')
    shown.tell('hangup')
    await reaches(ocits, 'hung', 'running')
    succeeded(await aside(ocits)(['kill', 'hung', 'TERM']))
    await shown.ended()
    await reaches(ocits, 'hung', 'stopped')
    succeeded(await ocits(['delete', 'hung']))
  })

  law('a pipe on stdin goes to the process, and its end ends nothing', async (ocits) => {
    const bundle = await withTerminal(['type-to-me', 'exit', '3'])
    const command = `echo from a pipe | ${[...ocits.command, 'run', '--bundle', bundle, 'piped'].join(' ')}`
    const shown = onTerminal(['/bin/sh', '-c', command])
    assert.is(await shown.ended(), 'exit 3, modes as before')
    assert.ok(shown.text().includes('read: from a pipe'), shown.text())
  })

  law('stdout may be a file, which is appended to, and a closed pipe ends the run', async (ocits) => {
    const bundle = await withTerminal(['say', 'into a file'])
    writeFileSync('/tmp/on-terminal.out', '')
    const command = [...ocits.command, 'run', '--bundle', bundle, 'filed'].join(' ')
    const shown = onTerminal(['/bin/sh', '-c', `{ echo before; ${command}; echo after; } >/tmp/on-terminal.out`])
    assert.is(await shown.ended(), 'exit 0, modes as before')
    assert.is(readFileSync('/tmp/on-terminal.out', 'utf8'), 'before\ninto a file\nafter\n')
    const endless = await withTerminal(['flood'])
    const gone = [...ocits.command, 'run', '--bundle', endless, 'gone'].join(' ')
    const cut = onTerminal(['/bin/sh', '-c', `${gone} | head -c 5; exit 0`])
    assert.is(await cut.ended(), 'exit 0, modes as before')
  })

  law('a reader that never reads delays neither signals nor the end of the process', async (ocits) => {
    const bundle = await withTerminal(['flood'])
    const shown = onTerminal([...ocits.command, 'run', '--bundle', bundle, 'unread'])
    await shown.shows('flood')
    shown.tell('stop')
    shown.tell('type ^C')
    await reaches(ocits, 'unread', 'stopped').catch(() => undefined)
    shown.tell('go')
    assert.is(await shown.ended(), 'exit 130, modes as before')
  })

  law('in the background it stops, and continues in the foreground', async (ocits) => {
    const bundle = await withTerminal(['say', 'in front', 'exit', '4'])
    const command = [...ocits.command, 'run', '--bundle', bundle, 'behind'].join(' ')
    const script = `set -m; ${command} & until jobs | grep -q Stopped; do sleep 0.05; done; echo stopped; fg; exit $?`
    const shown = onTerminal(['/bin/bash', '-c', script])
    assert.is(await shown.ended(), 'exit 4, modes as before')
    assert.match(shown.text(), /stopped\r\n.*in front\r\n/s)
  })

  law('a signal to the command goes to the process, and the terminal is restored', async (ocits) => {
    const bundle = await withTerminal(['trap'])
    const command = [...ocits.command, 'run', '--bundle', bundle, 'told'].join(' ')
    // The shell executes the command, which keeps its pid.
    const script = `(until [ -e /tmp/told ]; do sleep 0.05; done; kill -USR1 $$; kill -STOP $$; kill -CONT $$; kill -TERM $$) & exec ${command}`
    const told = onTerminal(['/bin/bash', '-c', script])
    await told.shows('ready')
    writeFileSync('/tmp/told', '')
    assert.is(await told.ended(), 'exit 0, modes as before')
    rmSync('/tmp/told')
    assert.ok(told.text().includes('got USR1'), told.text())
  })

  law('exec: its output is shown, it has its own size and keys, and its exit status is passed on', async (ocits) => {
    await inside(ocits, async (exec) => {
      const shown = onTerminal(exec('--tty', 'web', '/probe', 'terminal', 'exit', '7'), 30, 100)
      assert.is(await shown.ended(), 'exit 7, modes as before')
      assert.match(shown.text(), /^0 is \/dev\/pts\/0 136:0, mode 620, of 0:0, 30 rows, 100 columns\r\n1 is /)
      const keyed = onTerminal(exec('-t', '--pid-file', '/tmp/keyed.pid', 'web', '/probe', 'trap', 'terminal'))
      await keyed.shows('ready')
      keyed.tell('size 41 99')
      await keyed.shows('got WINCH')
      keyed.tell('type ^C')
      await keyed.shows('got INT')
      process.kill(Number(readFileSync('/tmp/keyed.pid', 'utf8')), 'SIGTERM')
      assert.is(await keyed.ended(), 'exit 0, modes as before')
      assert.match(keyed.text(), /, 41 rows, 99 columns\r\n/)
      writeFileSync('/tmp/on-terminal.json', '{"args":["/probe","type-to-me","exit","3"],"cwd":"/","terminal":true}')
      const piped = `echo from a pipe | ${exec('--process', '/tmp/on-terminal.json', 'web').join(' ')}`
      const read = onTerminal(['/bin/sh', '-c', piped])
      assert.is(await read.ended(), 'exit 3, modes as before')
      assert.ok(read.text().includes('read: from a pipe'), read.text())
    })
  })

  law('exec: all output before the end is shown, and later output of other processes delays nothing', async (ocits) => {
    await inside(ocits, async (exec) => {
      // When the process ends, the pipe is full and the rest is still in the terminal.
      const text = 'x'.repeat(76_000)
      const whole = exec('-t', 'web', '/probe', 'say', text, 'say', 'last', 'exit', '5').join(' ')
      const late = onTerminal(['/bin/bash', '-c', `${whole} | { sleep 1; cat >/tmp/late; }; exit "\${PIPESTATUS[0]}"`])
      assert.is(await late.ended(), 'exit 5, modes as before')
      assert.is(readFileSync('/tmp/late', 'utf8').replaceAll('\r', ''), `${text}\nlast\n`)
      // A slow reader, so that there is always more on the terminal.
      const slow = 'while IFS= read -r -N 4096 text; do sleep 0.02; done'
      const script = `${exec('-t', 'web', '/probe', 'apart', 'exit', '7').join(' ')} | ${slow}; exit "\${PIPESTATUS[0]}"`
      assert.is(await onTerminal(['/bin/bash', '-c', script]).ended(), 'exit 7, modes as before')
    })
  })

  law('exec: after the timeout it is ended, and the terminal is restored', async (ocits) => {
    await inside(ocits, async (exec) => {
      const late = onTerminal(exec('-t', '--timeout', '1s', 'web', '/probe', 'sleep', '3600'))
      assert.is(await late.ended(), 'exit 124, modes as before')
    })
  })

  law('exec: a failure leaves the terminal unchanged, and a terminal is necessary', async (ocits) => {
    await inside(ocits, async (exec) => {
      const failing = onTerminal(exec('--tty', 'web', '/nothing'))
      assert.is(await failing.ended(), 'exit 255, modes as before')
      const nowhere = await run(['setsid', '--wait', ...exec('-t', 'web', '/probe', 'id')])
      assert.is(nowhere.code, 255)
      assert.match(nowhere.stderr, /--tty: caller_terminal .*ENXIO/)
    })
  })

  law('exec: a killed command leaves no process inside', async (ocits) => {
    await inside(ocits, async (exec) => {
      const command = exec('-t', 'web', '/probe', 'say', 'here', 'sleep', '3600').join(' ')
      const script = `(until [ -e /tmp/die ]; do sleep 0.05; done; kill -KILL $$) & exec ${command}`
      const killed = onTerminal(['/bin/bash', '-c', script])
      await killed.shows('here')
      writeFileSync('/tmp/die', '')
      assert.match(await killed.ended(), /^signal 9/)
      rmSync('/tmp/die')
      // The other end of its terminal was closed with the command.
      const until = Date.now() + 10_000
      while (JSON.parse(succeeded(await aside(ocits)(['ps', '--format', 'json', 'web']))).length > 1)
        assert.ok(Date.now() < until, 'it is still inside')
    })
  })

  law('without a terminal of the caller the process’s one cannot be shown', async (ocits) => {
    const bundle = await withTerminal(['id'])
    const result = await run(['setsid', '--wait', ...ocits.command, 'run', '--bundle', bundle, 'nowhere'])
    refused(
      result,
      'config.json#/process/terminal: caller_terminal',
      'open /dev/tty: ENXIO (no such device or address)',
    )
  })
}

test.run()
