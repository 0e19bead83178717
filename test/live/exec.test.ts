import { copyFileSync, existsSync, mkdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Process } from '../../src/spec/process.ts'
import { aside, bindings, type Runtime } from '../harness/binding.ts'
import { lawsOf } from '../harness/laws.ts'
import { alive, reaches, says, soon, stateOf } from '../harness/life.ts'
import { type Changes, config, make, proc } from '../harness/make.ts'
import { succeeded } from '../harness/outcome.ts'
import { must, type Result, run } from '../harness/run.ts'

const root = '/run/ocits-exec'

const allNamespaces = ['pid', 'mount', 'uts', 'ipc', 'network', 'cgroup', 'time'] as const
const whole: Changes = { linux: { namespaces: allNamespaces.map((type) => ({ type })) } }

/** Exit code 255 and one line in runc's words, with these words in it. */
function failed({ code, stdout, stderr }: Result, ...words: readonly string[]): void {
  assert.is(code, 255, stderr)
  assert.is(stdout, '')
  assert.ok(stderr.startsWith('ocits: exec failed: ') && stderr.indexOf('\n') === stderr.length - 1, stderr)
  for (const word of words) assert.ok(stderr.includes(word), `not in it, ${JSON.stringify(word)}: ${stderr}`)
}

let count = 0

function processFile(process: Partial<Process>): string {
  const path = `/tmp/ocits-process-${count++}.json`
  writeFileSync(path, JSON.stringify({ cwd: '/', ...process }))
  return path
}

/** A folder with this file under another name. */
function named(name: string, file: string): string {
  const folder = `${file}.folder`
  mkdirSync(folder)
  copyFileSync(file, `${folder}/${name}`)
  return folder
}

/** A running container, as long as `body` runs. */
async function running(ocits: Runtime, changes: Changes, body: (id: string) => Promise<void>, owner = '0:0') {
  const quick = aside(ocits)
  const bundle = await make(config(['trap'], changes))
  await must(['chown', '-R', owner, bundle])
  const { out, ...made } = await quick(['run', '--detach', '--bundle', bundle, 'web'])
  assert.is(made.stderr, '')
  try {
    await says(out, 'ready')
    await body('web')
  } finally {
    succeeded(await quick(['delete', '--force', 'web']))
  }
}

const namespacesOf = (pid: number | 'self') =>
  ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'time', 'user', 'uts'].map(
    (name) => `${name} ${readlinkSync(`/proc/${pid}/ns/${name}`)}`,
  )

for (const binding of bindings) {
  const law = lawsOf(binding, root)

  law('exec: the session keyring is that of the container, or the caller’s if create has kept it', async (ocits) => {
    const bundle = await make(config(['trap'], whole))
    const probe = ['/probe', 'keyring']
    const own = (await must([`${bundle}/rootfs${probe[0]}`, 'keyring'])).stdout
    for (const [flags, expected] of [
      [[], 'session keyring _ses.web\n'],
      [['--no-new-keyring'], own],
    ] as const) {
      await must([...aside(ocits).command, 'run', '--detach', ...flags, '--bundle', bundle, 'web'])
      try {
        assert.is((await ocits(['exec', 'web', ...probe])).stdout, expected)
      } finally {
        succeeded(await aside(ocits)(['delete', '--force', 'web']))
      }
    }
  })

  law('exec: a second program in the namespaces and cgroups of the init', async (ocits) => {
    await running(ocits, whole, async (id) => {
      const { pid } = await stateOf(aside(ocits), id)
      const pidFile = `/tmp/ocits-exec-${binding.name}.pid`
      const { out, ...done } = await ocits(['exec', '--detach', '--pid-file', pidFile, id, '/probe', 'pid', 'trap'])
      succeeded({ ...done, out, stdout: '' })
      await says(out, 'ready')
      const told = readFileSync(pidFile, 'utf8')
      assert.match(told, /^\d+$/)
      const one = Number(told)
      assert.equal(namespacesOf(one), namespacesOf(pid))
      const [cgroup, ofInit] = [one, pid].map((each) => readFileSync(`/proc/${each}/cgroup`, 'utf8'))
      assert.is(cgroup, ofInit)
      assert.match(readFileSync(out, 'utf8'), /^pid (\d+), parent 0, group \1, session \1\n/)
      process.kill(one, 'SIGTERM')
      await soon(() => !alive(one))
      rmSync(pidFile)
    })
  })

  law('exec: flags, and the values of the config without them', async (ocits) => {
    const caps = ['CAP_KILL', 'CAP_CHOWN']
    const own: Changes = {
      process: {
        env: ['PATH=/', 'A=config', 'B=config'],
        user: { uid: 0, gid: 7, additionalGids: [8] },
        capabilities: { bounding: caps, effective: caps, permitted: caps },
        rlimits: [{ type: 'RLIMIT_NOFILE', soft: 100, hard: 200 }],
      },
    }
    await running(ocits, own, async (id) => {
      const exec = async (...words: readonly string[]) => succeeded(await ocits(['exec', ...words]))
      assert.is(await exec(id, 'probe', 'id', 'cwd'), 'uid 0 0 0\ngid 7 7 7\ngroups 8\ncwd /\n')
      assert.is(
        await exec('-u', '5:6', '-g', '9', '--additional-gids=10', '--cwd', '/proc', id, 'probe', 'id', 'cwd'),
        'uid 5 5 5\ngid 6 6 6\ngroups 8 9 10\ncwd /proc\n',
      )
      assert.is(await exec('-u', '5', id, 'probe', 'id'), 'uid 5 5 5\ngid 7 7 7\ngroups 8\n')
      const env = await exec('-e', 'B=flag', '--env=C=1', '--env', 'D=', id, 'probe', 'env')
      assert.is(env, 'env PATH=/\nenv A=config\nenv B=flag\nenv C=1\nenv D=\nenv HOME=/\n')
      assert.is(await exec(id, 'probe', 'rlimit', 'NOFILE', 'fds'), 'rlimit NOFILE: soft 100, hard 200\nfds 0 1 2\n')
      const sets = await exec('-c', 'CAP_NET_RAW', '--cap', 'CAP_SYS_TIME', id, 'probe', 'caps')
      assert.is(sets, (await exec(id, 'probe', 'caps')).replaceAll('KILL', 'KILL NET_RAW SYS_TIME'))
      assert.match(
        sets,
        /^effective: CHOWN KILL NET_RAW SYS_TIME\npermitted: .*\ninheritable:\nbounding: .*SYS_TIME\nambient:\n$/,
      )
      // It is for three sets, and one message is enough.
      const { code, stderr } = await ocits(['exec', '--cap', 'KILL', id, 'probe', 'id'])
      assert.equal([code, stderr], [0, 'ocits: warning: --cap: ignoring unknown or unavailable capability "KILL"\n'])
      // Flags end at the id.
      assert.is(await exec(id, 'probe', 'say', '--env'), '--env\n')
      assert.is(await exec('--', id, 'probe', 'say', '--'), '--\n')
    })
  })

  law('exec: a process file may be a pipe', async (ocits) => {
    await running(ocits, {}, async (id) => {
      const file = processFile({ args: ['/probe', 'say', 'piped'] })
      for (const [before, path] of [
        ['cat "$0" | "$@"', '/dev/stdin'],
        ['"$@" 3<<X\n$(cat $0)\nX', '/dev/fd/3'],
      ] as const) {
        const command = [...ocits.command, 'exec', '--process', path, id]
        assert.is(succeeded(await run(['bash', '-c', before, file, ...command])), 'piped\n', before)
      }
      assert.is(succeeded(await ocits(['exec', '--process', '-', id], { cwd: named('-', file) })), 'piped\n')
    })
  })

  law('exec: a process file, and the values that it leaves to the config', async (ocits) => {
    const caps = ['CAP_KILL']
    const own: Changes = {
      process: {
        env: ['PATH=/', 'A=config'],
        user: { uid: 3, gid: 3 },
        noNewPrivileges: true,
        capabilities: { bounding: caps },
        rlimits: [{ type: 'RLIMIT_NOFILE', soft: 100, hard: 200 }],
        ioPriority: { class: 'IOPRIO_CLASS_BE', priority: 6 },
      },
    }
    await running(ocits, own, async (id) => {
      const exec = async (process: Partial<Process>, ...words: readonly string[]) =>
        succeeded(await ocits(['exec', '--process', processFile(process), ...words, id]))
      const args = ['/probe', 'id', 'env', 'rlimit', 'NOFILE', 'ioprio', 'privileges']
      assert.is(
        await exec({ args, env: ['B=file'] }),
        'uid 0 0 0\ngid 0 0 0\ngroups\nenv B=file\nenv HOME=/\nrlimit NOFILE: soft 100, hard 200\nioprio BE 6\nno_new_privs 0, seccomp 0, dumpable 0, keepcaps 0, securebits 0\n',
      )
      const user = { uid: 1, gid: 2, additionalGids: [3] }
      const rlimits = [{ type: 'RLIMIT_NOFILE', soft: 50, hard: 60 }]
      assert.is(
        await exec({
          args: ['/probe', 'id', 'rlimit', 'NOFILE', 'cwd', 'privileges'],
          user,
          rlimits,
          cwd: '/proc',
          noNewPrivileges: true,
        }),
        'uid 1 1 1\ngid 2 2 2\ngroups 3\nrlimit NOFILE: soft 50, hard 60\ncwd /proc\nno_new_privs 1, seccomp 0, dumpable 1, keepcaps 0, securebits 0\n',
      )
    })
  })

  law('exec: the exit status is passed on, that of a signal as 128 + N', async (ocits) => {
    await running(ocits, {}, async (id) => {
      assert.is((await ocits(['exec', id, '/probe', 'exit', '7'])).code, 7)
      assert.is((await ocits(['exec', id, '/probe', 'raise', 'KILL'])).code, 137)
      const foreground = ocits(['exec', id, '/probe', 'trap'])
      await says(foreground.out, 'ready')
      process.kill(foreground.pid, 'SIGUSR1')
      await says(foreground.out, 'got USR1')
      process.kill(foreground.pid, 'SIGTERM')
      assert.is((await foreground).code, 0)
    })
  })

  law('exec: the seccomp filter of the container applies', async (ocits) => {
    const seccomp = { defaultAction: 'SCMP_ACT_ALLOW', syscalls: [{ names: ['getcwd'], action: 'SCMP_ACT_ERRNO' }] }
    for (const noNewPrivileges of [false, true]) {
      const linux = { namespaces: [{ type: 'pid' }, { type: 'mount' }], seccomp }
      await running(ocits, { linux, process: { noNewPrivileges } } as Changes, async (id) => {
        for (const user of ['0', '1000']) {
          const told = succeeded(await ocits(['exec', '--user', user, id, '/probe', 'filters', 'cwd']))
          assert.match(told, /^filters 1\n(.*\n)*cwd .*EPERM|Operation not permitted/, told)
        }
      })
    }
  })

  law('exec: failures have the words that engines know, and exit code 255, and leave nothing', async (ocits) => {
    const quick = aside(ocits)
    failed(await ocits(['exec', 'web', 'true']), 'container does not exist')
    await running(ocits, {}, async (id) => {
      const pidFile = `/tmp/ocits-exec-none-${binding.name}`
      failed(
        await ocits(['exec', '--pid-file', pidFile, id, 'nothing']),
        'unable to start container process: exec: "nothing": executable file not found in $PATH',
      )
      assert.not(existsSync(pidFile))
      failed(await ocits(['exec', id, '/nothing']), 'exec: "/nothing": stat /nothing: no such file or directory')
      failed(await ocits(['exec', id, '/proc/self/maps']), 'permission denied')
      failed(await ocits(['exec', id, '/proc']), 'is a directory: permission denied')
      failed(await ocits(['exec', '--cwd', '/nothing', id, '/probe', 'id']), '--cwd: ', 'no such file or directory')
      failed(await ocits(['exec', '--cwd', 'proc', id, '/probe', 'id']), '--cwd: Cwd must be an absolute path')
      failed(await ocits(['exec', '-e', 'A', id, '/probe', 'id']), "--env: invalid environment variable: missing '='")
      failed(await ocits(['exec', id]), 'process args cannot be empty')
      const file = async (content: object) => ocits(['exec', '--process', processFile(content), id])
      failed(await file({ args: ['nothing'] }), 'process.json#/args/0: exec: "nothing": executable file not found')
      failed(await file({ args: [] }), 'process.json#/args: args must not be empty')
      failed(await file({ args: ['a'], cwd: 3 }), 'process.json#/cwd: Expected string, not 3')
      failed(await file({ args: ['a'], user: { uid: -1 } }), 'process.json#/user/uid: ')
      failed(await ocits(['exec', '--process', '/nothing', id]), '--process /nothing: no such file or directory')
      succeeded(await quick(['kill', id, 'KILL']))
      await reaches(ocits, id, 'stopped')
      failed(await ocits(['exec', id, '/probe', 'id']), 'cannot exec in a stopped container')
    })
  })

  law('exec: into a created container, and into one without its own namespaces', async (ocits) => {
    const quick = aside(ocits)
    const bundle = await make(config(['id']))
    await quick(['create', '--bundle', bundle, 'web'])
    assert.is(succeeded(await ocits(['exec', 'web', '/probe', 'cwd', 'ls', '/'])), 'cwd /\n/: dev known probe proc\n')
    succeeded(await quick(['delete', 'web']))
    await running(ocits, { linux: { namespaces: [] }, mounts: [] }, async (id) => {
      assert.match(succeeded(await ocits(['exec', id, '/probe', 'cwd', 'ls', '/'])), /^cwd \/\n\/: .*probe/)
    })
  })

  law('exec: into a user namespace', async (ocits) => {
    const mapped = (first: number) => [{ containerID: 0, hostID: first, size: 1000 }]
    const dev = { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['mode=755'] }
    const linux = {
      namespaces: [{ type: 'user' as const }, { type: 'pid' as const }, { type: 'mount' as const }],
      uidMappings: mapped(100000),
      gidMappings: mapped(200000),
    }
    await running(
      ocits,
      { linux, mounts: [proc, dev], process: { rlimits: [{ type: 'RLIMIT_NOFILE', soft: 64, hard: 128 }] } },
      async (id) => {
        const told = succeeded(await ocits(['exec', '-u', '5:6', id, '/probe', 'id', 'rlimit', 'NOFILE']))
        assert.is(told, 'uid 5 5 5\ngid 6 6 6\ngroups\nrlimit NOFILE: soft 64, hard 128\n')
        failed(
          await ocits(['exec', '-u', '1000', id, '/probe', 'id']),
          '--user: 1000 is not mapped in the user namespace',
        )
      },
      '100000:200000',
    )
  })
}

test.run()
