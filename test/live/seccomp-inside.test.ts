import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Seccomp, SeccompAction } from '../../src/spec/seccomp.ts'
import type { Spec } from '../../src/spec/spec.ts'
import { bindings } from '../harness/binding.ts'
import { shipped } from '../harness/bundle.ts'
import { lawsOf } from '../harness/laws.ts'
import { reaches, says, soon, stateOf } from '../harness/life.ts'
import { config, make, proc } from '../harness/make.ts'
import { refused, succeeded } from '../harness/outcome.ts'
import { type Result, run } from '../harness/run.ts'

// The init under the filter of its process: it ends if the filter forbids a necessary call, and start and run give the reason;
// startContainer hooks are under the filter.

const root = '/run/ocits-seccomp-inside'
const notes = '/run/ocits-seccomp-notes'
mkdirSync(notes, { recursive: true })
const namespaces = [{ type: 'pid' as const }, { type: 'mount' as const }]

const bind = (path: string) => ({ destination: path, source: path, options: ['rbind'] })
/** The programs of the host inside, and a writable folder. */
const programs = [proc, ...['/usr', '/bin', '/lib', '/lib64', notes].filter((path) => existsSync(path)).map(bind)]

const filtered = (seccomp: Seccomp, noNewPrivileges: boolean, hooks = {}, mounts: Spec['mounts'] = [proc]) =>
  make(config(['exit', '0'], { linux: { namespaces, seccomp }, process: { noNewPrivileges }, hooks, mounts }))

/** A filter that allows everything except these calls. */
const all = (names: readonly string[], action: SeccompAction, errnoRet?: number): Seccomp => ({
  defaultAction: 'SCMP_ACT_ALLOW',
  syscalls: [{ names: [...names], action, ...(errnoRet !== undefined && { errnoRet }) }],
})

const names = (filter: Seccomp) => JSON.stringify([filter.defaultAction, filter.syscalls])

/** Exit code 1, a warning at create, and the pointer of the filter. */
function toldWhy({ code, stderr }: Result, warned: boolean, words: RegExp): void {
  assert.is(code, 1, stderr)
  const lines = stderr.trimEnd().split('\n')
  assert.is(lines.length, warned ? 2 : 1, stderr)
  if (warned)
    assert.match(lines[0] ?? '', /^ocits: warning: config\.json#\/linux\/seccomp: the filter forbids .* not start$/)
  assert.match(lines[lines.length - 1] ?? '', words)
}

const ends = ['SCMP_ACT_KILL', 'SCMP_ACT_KILL_THREAD', 'SCMP_ACT_KILL_PROCESS', 'SCMP_ACT_TRAP'] as const

for (const binding of bindings) {
  const law = lawsOf(binding, root)

  law(
    'an init whose filter forbids every call ends, and the error gives the reason',
    async (ocits) => {
      for (const [noNewPrivileges, actions] of [
        [true, ['SCMP_ACT_KILL', 'SCMP_ACT_TRAP', 'SCMP_ACT_ERRNO']],
        [false, ['SCMP_ACT_KILL_PROCESS', 'SCMP_ACT_ERRNO', 'SCMP_ACT_TRACE']],
      ] as const)
        for (const defaultAction of actions) {
          const bundle = await filtered({ defaultAction }, noNewPrivileges)
          const warned = defaultAction !== 'SCMP_ACT_TRACE'
          toldWhy(await ocits(['run', '--bundle', bundle, 'mute']), warned, /config\.json#\/linux\/seccomp: /)
          if (defaultAction !== 'SCMP_ACT_ERRNO') continue
          assert.match(
            (await ocits(['create', '--bundle', bundle, 'mute'])).stderr,
            /#\/linux\/seccomp: the filter forbids/,
          )
          toldWhy(await ocits(['start', 'mute']), false, /config\.json#\/linux\/seccomp: /)
          await reaches(ocits, 'mute', 'stopped')
          succeeded(await ocits(['delete', 'mute']))
        }
    },
    120_000,
  )

  law(
    'a filter that forbids only execve is named, with its action',
    async (ocits) => {
      const refused = /config\.json#\/linux\/seccomp: exec \/probe: .*: the filter does not allow execve$/
      const ended = /config\.json#\/linux\/seccomp: .*the init (died|was killed): the filter is in force/
      const cases: [Seccomp, RegExp][] = [
        [all(['execve'], 'SCMP_ACT_ERRNO'), refused],
        [all(['execve'], 'SCMP_ACT_ERRNO', 38), refused],
        [all(['execve', 'sendto'], 'SCMP_ACT_ERRNO'), refused],
        [all(['execve', 'exit_group'], 'SCMP_ACT_ERRNO'), refused],
        [all(['execve', 'exit_group', 'exit'], 'SCMP_ACT_ERRNO'), refused],
        // The filter returns success, and there is no execve.
        [all(['execve'], 'SCMP_ACT_ERRNO', 0), /config\.json#\/linux\/seccomp: /],
        [all(['execve', 'sendto', 'write'], 'SCMP_ACT_ERRNO'), ended],
        [all(['execve', 'sendto', 'write', 'exit_group', 'exit'], 'SCMP_ACT_ERRNO'), ended],
        ...ends.map((action): [Seccomp, RegExp] => [all(['execve'], action), ended]),
      ]
      const later = [cases[0]?.[0], cases[6]?.[0], cases[8]?.[0]]
      for (const [filter, words] of cases) {
        const bundle = await filtered(filter, true)
        toldWhy(await ocits(['run', '--bundle', bundle, 'still']), true, words)
        if (!later.includes(filter)) continue
        const { code, stderr } = await ocits(['create', '--bundle', bundle, 'still'])
        assert.is(code, 0, names(filter))
        assert.match(stderr, /^ocits: warning: config\.json#\/linux\/seccomp: the filter [^\n]*\n$/)
        toldWhy(await ocits(['start', 'still']), false, words)
        succeeded(await ocits(['delete', '--force', 'still']))
      }
    },
    120_000,
  )

  // A tracer might allow it.
  law('without a tracer a filter that asks one is reported too late', async (ocits) => {
    const bundle = await filtered(all(['execve'], 'SCMP_ACT_TRACE'), true)
    const words = /config\.json#\/process\/args: exec \/probe: function not implemented: .*seccomp/
    toldWhy(await ocits(['run', '--bundle', bundle, 'traced']), false, words)
  })

  law('a filter that forbids only calls of the init does no harm', async (ocits) => {
    for (const filter of [
      all(['write', 'sendto'], 'SCMP_ACT_KILL_PROCESS'),
      all(['close', 'close_range', 'dup3', 'dup2'], 'SCMP_ACT_KILL_PROCESS'),
      all(['rt_sigprocmask'], 'SCMP_ACT_ERRNO'),
      all(['exit'], 'SCMP_ACT_ERRNO'),
      all(['execve', 'write', 'exit_group'], 'SCMP_ACT_LOG'),
      { defaultAction: 'SCMP_ACT_LOG' } as const,
    ]) {
      const bundle = await filtered(filter, true)
      succeeded(await ocits(['run', '--bundle', bundle, 'free']))
      succeeded(await ocits(['create', '--bundle', bundle, 'free']))
      succeeded(await ocits(['start', 'free']))
      succeeded(await ocits(['delete', '--force', 'free']))
    }
  })

  law('a process does not start with blocked signals if its filter forbids unblocking', async (ocits) => {
    const linux = { namespaces, seccomp: all(['rt_sigprocmask'], 'SCMP_ACT_ERRNO') }
    const process = { args: ['/bin/grep', 'SigBlk', '/proc/self/status'], noNewPrivileges: true }
    const bundle = await make(config([], { linux, process, mounts: programs }))
    assert.match((await ocits(['run', '--bundle', bundle, 'open'])).stdout, /SigBlk:\t0{16}\n/)
  })

  law('without noNewPrivileges a filter that forbids dropping capabilities is named', async (ocits) => {
    for (const call of ['capget', 'capset', 'prctl']) {
      const bundle = await filtered(all([call], 'SCMP_ACT_ERRNO'), false)
      const words =
        /config\.json#\/linux\/seccomp: capabilities .*: the filter does not allow a system call of this step/
      toldWhy(await ocits(['run', '--bundle', bundle, 'held']), true, words)
      succeeded(await ocits(['run', '--bundle', await filtered(all([call], 'SCMP_ACT_ERRNO'), true), 'held']))
    }
  })

  law('a filter that fakes the dropping of capabilities starts the process, or gives the reason', async (ocits) => {
    for (const call of ['prctl', 'capget', 'capset']) {
      const bundle = await filtered(all([call], 'SCMP_ACT_ERRNO', 0), false)
      const { code, stdout, stderr } = await ocits(['run', '--bundle', bundle, 'pretended'])
      assert.not.ok(stderr.includes('will not start'), `${call}: ${stderr}`)
      if (code === 0) assert.is(stderr, '', call)
      else assert.equal([code, stdout], [1, ''], `${call}: ${stderr}`)
    }
  })

  law('hooks inside have the filter and the capabilities of the process', async (ocits) => {
    const file = `${notes}/status`
    const script = `grep -E '^(Seccomp|CapEff|NoNewPrivs):' /proc/self/status >${file}`
    const hook = { path: '/bin/sh', args: ['sh', '-c', script], env: ['PATH=/usr/bin:/bin'] }
    const docker = JSON.parse(readFileSync(`${shipped('docker-default')}/config.json`, 'utf8')).linux.seccomp as Seccomp
    // docker's filter answers clone3 as a kernel without it would.
    for (const filter of [docker, all(['getppid'], 'SCMP_ACT_ERRNO'), all(['clone3'], 'SCMP_ACT_ERRNO', 38)])
      for (const noNewPrivileges of [true, false]) {
        const bundle = await filtered(filter, noNewPrivileges, { startContainer: [hook] }, programs)
        const expected = `CapEff:\t${'0'.repeat(16)}\nNoNewPrivs:\t${noNewPrivileges ? 1 : 0}\nSeccomp:\t2\n`
        for (const steps of [
          [['run', '--bundle', bundle]],
          [['create', '--bundle', bundle], ['start'], ['delete', '-f']],
        ]) {
          writeFileSync(file, '')
          for (const step of steps) succeeded(await ocits([...step, 'under']))
          assert.is(readFileSync(file, 'utf8'), expected)
        }
      }
    rmSync(file)
  })

  law('a filter that forbids the init to run a hook is an error of the hook', async (ocits) => {
    const startContainer = [{ path: '/probe', args: ['/probe', 'exit', '0'] }]
    for (const noNewPrivileges of [true, false])
      for (const [call, action, words] of [
        ['memfd_create', 'SCMP_ACT_ERRNO', /config\.json#\/hooks\/startContainer\/0: .*operation not permitted/],
        ['clone3', 'SCMP_ACT_ERRNO', /config\.json#\/hooks\/startContainer\/0: .*operation not permitted/],
        ['memfd_create', 'SCMP_ACT_KILL_PROCESS', /config\.json#\/linux\/seccomp: .*the filter is in force/],
      ] as const) {
        const bundle = await filtered(all([call], action), noNewPrivileges, { startContainer })
        toldWhy(await ocits(['run', '--bundle', bundle, 'hooked']), false, words)
        succeeded(await ocits(['create', '--bundle', bundle, 'hooked']))
        toldWhy(await ocits(['start', 'hooked']), false, words)
        succeeded(await ocits(['delete', '--force', 'hooked']))
      }
  })

  law('a hook under a filter has none of the preserved descriptors', async (ocits) => {
    const file = `${notes}/open`
    const hook = { path: '/bin/sh', args: ['sh', '-c', `ls /proc/self/fd >${file}`], env: ['PATH=/usr/bin:/bin'] }
    const bundle = await filtered(all(['close_range'], 'SCMP_ACT_ERRNO'), false, { startContainer: [hook] }, programs)
    const words = [...ocits.command, 'run', '--preserve-fds', '2', '--bundle', bundle, 'kept']
    succeeded(await run(['sh', '-c', 'exec "$@" 3</etc/passwd 4</etc/passwd', 'sh', ...words]))
    // 3 is the folder that ls(1) reads.
    assert.is(readFileSync(file, 'utf8'), '0\n1\n2\n3\n')
    rmSync(file)
  })

  law('an agent answers the calls of a hook inside, which has no listener', async (ocits) => {
    const [file, listenerPath] = [`${notes}/answer`, `${notes}/agent.sock`]
    const script = `/probe ask getppid 0 >${file}; ls -l /proc/self/fd >>${file}`
    const hook = { path: '/bin/sh', args: ['sh', '-c', script], env: ['PATH=/usr/bin:/bin'] }
    for (const noNewPrivileges of [true, false]) {
      const filter = { ...all(['getppid'], 'SCMP_ACT_NOTIFY'), listenerPath }
      const bundle = await filtered(filter, noNewPrivileges, { startContainer: [hook] }, programs)
      const agent = spawn(`${bundle}/rootfs/probe`, ['agent', listenerPath], { stdio: 'ignore' })
      assert.ok(await soon(() => existsSync(listenerPath)))
      succeeded(await ocits(['run', '--bundle', bundle, 'asked']))
      succeeded(await ocits(['create', '--bundle', bundle, 'asked']))
      succeeded(await ocits(['start', 'asked']))
      succeeded(await ocits(['delete', '--force', 'asked']))
      agent.kill('SIGKILL')
      rmSync(listenerPath)
      const said = readFileSync(file, 'utf8')
      assert.ok(said.startsWith('ask getppid 0: 4321\n'), said)
      assert.not(said.includes('seccomp notify'), said)
    }
    rmSync(file)
  })

  // The message is larger than the buffer of its socket.
  law(
    'with an agent that reads nothing create ends at a signal, or after the timeout',
    async (ocits) => {
      const listenerPath = `${notes}/deaf.sock`
      const filter = { ...all(['getppid'], 'SCMP_ACT_NOTIFY'), listenerPath }
      const bundle = await filtered(filter, true, {})
      const path = `${bundle}/config.json`
      const annotations = { long: 'x'.repeat(900_000) }
      writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), annotations }))
      let connected = 0
      const agent = createServer((socket) => {
        connected++
        socket.pause()
      })
      agent.listen(listenerPath)
      try {
        const creation = ocits(['run', '--bundle', bundle, 'deaf'])
        assert.ok(await soon(() => connected === 1))
        await new Promise((resolve) => setTimeout(resolve, 500))
        process.kill(creation.pid, 'SIGTERM')
        refused(await creation, 'canceled')
        const late = await ocits(['run', '--bundle', bundle, 'deaf'], { limit: 40_000 }) // it gives up after ten seconds
        refused(late, 'config.json#/linux/seccomp', 'ETIMEDOUT')
      } finally {
        agent.close()
      }
    },
    60_000,
  )

  // The names that /proc/PID/exe and /proc/PID/comm show for the init.
  law('a program with the name of the init was started, and gets the signals of run', async (ocits) => {
    const startContainer = [{ path: '/probe', args: ['/probe', 'exit', '0'] }]
    const bundle = await filtered(all(['getppid'], 'SCMP_ACT_ERRNO'), true, { startContainer })
    const path = `${bundle}/config.json`
    const content = JSON.parse(readFileSync(path, 'utf8'))
    for (const name of ['/memfd:ocits-init', '/memfd:ocits-init (deleted)', '/ocits-init']) {
      cpSync(`${bundle}/rootfs/probe`, `${bundle}/rootfs${name}`)
      writeFileSync(path, JSON.stringify({ ...content, process: { ...content.process, args: [name, 'trap'] } }))
      succeeded(await ocits(['create', '--bundle', bundle, 'named']))
      succeeded(await ocits(['start', 'named']))
      succeeded(await ocits(['delete', '--force', 'named']))
      const running = ocits(['run', '--bundle', bundle, 'named'])
      await says(running.out, 'ready')
      process.kill(running.pid, 'SIGTERM')
      const { code, stderr } = await running
      assert.is(code, 0, stderr)
    }
  })

  law('an init that is killed in a hook under a filter was not started', async (ocits) => {
    const startContainer = [{ path: '/probe', args: ['/probe', 'sleep', '30000'] }]
    const bundle = await filtered(all(['getppid'], 'SCMP_ACT_ERRNO'), true, { startContainer })
    succeeded(await ocits(['create', '--bundle', bundle, 'killed']))
    const { pid } = await stateOf(ocits, 'killed')
    const starting = ocits(['start', 'killed'])
    assert.ok(await soon(() => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8') !== ''))
    process.kill(pid, 'SIGKILL')
    toldWhy(await starting, false, /config\.json#\/linux\/seccomp: .*the init died/)
    succeeded(await ocits(['delete', 'killed']))
  })
}

test.run()
