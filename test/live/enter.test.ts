import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, readlinkSync, rmdirSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { aside, bindings } from '../harness/binding.ts'
import { lawsOf } from '../harness/laws.ts'
import { says, soon, stateOf } from '../harness/life.ts'
import { config, make } from '../harness/make.ts'
import { refused, succeeded } from '../harness/outcome.ts'
import { run } from '../harness/run.ts'
import { home, makeUser, uid, userRuntime } from '../harness/user.ts'

// `ocits enter` compared with nsenter(1) of util-linux: each flag has the same state inside, and the same exit status.
// docs/learn/differences.md lists the differences.

const root = '/run/ocits-enter'

await makeUser()

const types = ['user', 'pid', 'mnt', 'net', 'uts', 'ipc', 'cgroup', 'time']
const env = { PATH: process.env.PATH ?? '', A: 'B', SHELL: '/bin/sh' }

// The numbers of the namespaces: both must enter the same ones. In a pid namespace a process sees itself only through a procfs that was
// mounted there.
const probe = [
  `for n in ${types.join(' ')} pid_for_children time_for_children; do readlink /proc/self/ns/$n; done; id -u; id -g; id -G; pwd; umask`,
  'grep -E "Cap|Groups|NoNew|SigBlk|SigIgn" /proc/self/status; cat /proc/self/uid_map; ls /proc/self/fd | wc -l; grep -c . /proc/mounts; echo "$A"',
].join('\n')

/** A process in new namespaces of all types, which ends with the body. */
async function withTarget(words: readonly string[], body: (pid: number) => Promise<void>, as?: number): Promise<void> {
  const options = as === undefined ? {} : { uid: as, gid: as }
  const child: ChildProcess = spawn('unshare', [...words, '--kill-child', 'sleep', '1000'], {
    stdio: 'ignore',
    ...options,
  })
  let pid = 0
  const isThere = async () => {
    const [found = '', name] = (await run(['ps', '-o', 'pid=,comm=', '--ppid', `${child.pid}`])).stdout
      .trim()
      .split(/ +/)
    pid = Number(found)
    return name === 'sleep'
  }
  try {
    assert.ok(await soon(isThere))
    await body(pid)
  } finally {
    child.kill('SIGKILL')
    assert.ok(await soon(async () => (await run(['kill', '-0', `${pid}`])).code !== 0))
  }
}

const flags: readonly (readonly [line: string, ...program: string[]])[] = [
  ...[
    ...[
      '-a',
      '-m',
      '-u',
      '-i',
      '-n',
      '-C',
      '-T',
      '-U',
      '-p',
      '-p -F',
      '-m -u -i -n -p',
      '-U -m -u -i -n -p -C -T',
      '--mount --uts',
    ],
    ...[
      '--ipc --net --cgroup',
      '--pid --time',
      '--user',
      '--user --preserve-credentials',
      '--all --preserve-credentials',
    ],
    ...[
      '-U -S 0 -G 0',
      '-u -S 5',
      '-u -G 6',
      '-u -S 5 -G 6',
      '--all --no-fork',
      '-m -r',
      '-m -w',
      '-m -r -w',
      '--al',
      '-a --',
    ],
  ].map((line) => [line, 'sh', '-c', probe] as const),
  ['-u', 'sh', '-c', 'exit 7'],
  ['-a', 'sh', '-c', 'exit 7'],
  ['-a', 'nothing-of-that-name'],
  ['-a', '/etc'],
  ...['-u -S x', '--none', '--un', '--uts=/run', '--uts=/none', '--net=/proc/self/ns/uts'].map(
    (line) => [line, 'true'] as const,
  ),
]

const split = (line: string) => line.split(' ').filter(Boolean)

for (const binding of bindings) {
  const law = lawsOf(binding, root)

  law(
    'each flag enters the namespaces of nsenter(1), with the same exit status',
    async (ocits) => {
      await withTarget(['-rmuinpCTf', '--mount-proc'], async (pid) => {
        for (const [line, ...program] of flags) {
          const words = ['--target', `${pid}`, ...split(line), ...program]
          const theirs = await run(['nsenter', ...words], { env, cwd: '/tmp' })
          const ours = await ocits(['enter', ...words], { env, cwd: '/tmp' })
          assert.equal(
            [ours.code, ours.stdout],
            [theirs.code, theirs.stdout],
            `${line} ${program[0] ?? ''}: ${ours.stderr} ${theirs.stderr}`,
          )
          if (ours.code !== 0 && program[0] !== 'sh') assert.match(ours.stderr, /^ocits: [^\n]+\n$/, line)
        }
      })
    },
    240_000,
  )

  law(
    'a word that is not UTF-8 is refused, and a variable is a warning: the program would get other bytes',
    async (ocits) => {
      const command = (verb: string) => [...ocits.command, ...verb.split(' ')].join(' ')
      for (const verb of ['enter 1 --uts', 'unshare --uts']) {
        const word = await run(['bash', '-c', `${command(verb)} printf %s $'f\\xff'`])
        refused(word, 'is not UTF-8, and the program would get other bytes')
        const variable = await run(['bash', '-c', `X=$'a\\xffb' ${command(verb)} true`])
        assert.is(variable.code, 0, variable.stderr)
        assert.match(variable.stderr, /^ocits: warning: X is not UTF-8: the program gets other bytes\n$/)
      }
    },
  )

  // nsenter(1) has both since 2.40.
  law('--env and --join-cgroup: the environment and the cgroups of the target', async (ocits) => {
    const quick = aside(ocits)
    const process = { env: ['PATH=/usr/bin:/bin', 'OF=the target', 'LINES=two\nlines'] }
    const resources = { pids: { limit: 50 } }
    const namespaces = [{ type: 'pid' as const }, { type: 'mount' as const }]
    const bundle = await make(config(['trap'], { process, linux: { namespaces, resources } }))
    const ran = await quick(['run', '--detach', '--bundle', bundle, 'web'])
    succeeded(ran)
    await says(ran.out, 'ready')
    const { pid } = await stateOf(quick, 'web')
    const inside = ['enter', 'web', '--uts']
    assert.is(
      succeeded(await ocits([...inside, '-e', 'env'], { env })),
      [...process.env, 'HOME=/'].map((each) => `${each}\n`).join(''),
    )
    assert.is(
      succeeded(await ocits([...inside, '--join-cgroup', 'cat', '/proc/self/cgroup'])),
      readFileSync(`/proc/${pid}/cgroup`, 'utf8'),
    )
    assert.is.not(
      succeeded(await ocits([...inside, 'cat', '/proc/self/cgroup'])),
      readFileSync(`/proc/${pid}/cgroup`, 'utf8'),
    )
    for (const flag of ['env', 'join-cgroup'])
      refused(await ocits(['enter', `--${flag}`, `/proc/${pid}/ns/uts`, 'true']), `--${flag}: of whom?`)
    succeeded(await quick(['delete', '--force', 'web']))
  })

  law('the target: a container by its id, a process, and one or more files', async (ocits) => {
    const quick = aside(ocits)
    const linux = { namespaces: (['pid', 'mount', 'network', 'uts', 'ipc'] as const).map((type) => ({ type })) }
    const ran = await quick([
      'run',
      '--detach',
      '--bundle',
      await make(config(['trap'], { linux, hostname: 'inside' })),
      'web',
    ])
    succeeded(ran)
    await says(ran.out, 'ready')
    const { pid } = await stateOf(quick, 'web')
    const link = (type: string) => readlinkSync(`/proc/${pid}/ns/${type}`)
    assert.is(succeeded(await ocits(['enter', 'web', '--uts', 'hostname'])), 'inside\n')
    assert.is(succeeded(await ocits(['enter', `${pid}`, '-un', 'readlink', '/proc/self/ns/net'])), `${link('net')}\n`)
    assert.is(succeeded(await ocits(['enter', 'web', '/probe', 'say', 'all of it'])), 'all of it\n')
    assert.is(succeeded(await ocits(['enter', '-u', 'web', 'hostname'])), 'inside\n')
    succeeded(await quick(['ns', 'pin', 'web', 'uts', '/run/inside.uts']))
    succeeded(await quick(['ns', 'pin', 'web', 'net', 'inside']))
    const both = await ocits([
      'enter',
      '/run/inside.uts',
      '/run/netns/inside',
      '-w/usr',
      'sh',
      '-c',
      'hostname; readlink /proc/self/ns/net; pwd',
    ])
    assert.is(succeeded(both), `inside\n${link('net')}\n/usr\n`)
    assert.is(succeeded(await ocits(['enter', '--uts=/run/inside.uts', 'hostname'])), 'inside\n')
    assert.is(
      succeeded(await ocits(['enter', 'web', '--ipc', '--uts=/run/inside.uts', 'readlink', '/proc/self/ns/ipc'])),
      `${link('ipc')}\n`,
    )
    const plan = succeeded(await ocits(['enter', 'web', '-a', '--plan', 'true']))
    assert.match(
      plan,
      new RegExp(`enter +uts ipc pid mount network of ${pid}\n`.replace('uts ipc pid mount network', '[a-z ]+')),
    )
    for (const name of ['/run/inside.uts', 'inside']) succeeded(await quick(['ns', 'unpin', name]))
    succeeded(await quick(['delete', '--force', 'web']))
  })

  law('the error names each namespace that cannot be entered, with the reason', async (ocits) => {
    refused(await ocits(['enter']), 'enter: whom?')
    refused(await ocits(['enter', 'none', 'true']), 'container does not exist: none')
    refused(await ocits(['enter', '4194304', 'true']), 'no container and no process 4194304')
    refused(await ocits(['enter', '/run', 'true']), '/run: EINVAL', 'it holds no namespace')
    refused(await ocits(['enter', '--net=/proc/self/ns/uts', 'true']), 'it holds a namespace of the type uts')
    refused(await ocits(['enter', '--net=/proc/self/ns/net', '--uts', 'true']), '--uts: of whom?')
    const mine = userRuntime(binding)
    refused(await mine(['enter', '1', 'true']), 'may not look at the namespaces of 1', 'CAP_SYS_PTRACE')
    await withTarget(
      ['-rnuf'],
      async (pid) => {
        refused(
          await mine(['enter', `${pid}`, '--net', '--uts', 'true']),
          `cannot enter of ${pid}: net: EPERM`,
          'add --user if that is another; uts: EPERM',
        )
        const inside = await mine([
          'enter',
          `${pid}`,
          '-U',
          '-n',
          '--preserve-credentials',
          'readlink',
          '/proc/self/ns/net',
        ])
        assert.is(succeeded(inside), `${readlinkSync(`/proc/${pid}/ns/net`)}\n`)
        const { stdout } = await run(
          ['nsenter', '-t', `${pid}`, '-U', '-n', '--preserve-credentials', 'readlink', '/proc/self/ns/net'],
          { uid },
        )
        assert.is(inside.stdout, stdout)
      },
      uid,
    )
  })

  law('groups stay outside a user namespace that denies setgroups(2), unless a flag keeps them', async (ocits) => {
    const grouped = ['setpriv', '--groups', '4,24']
    const groups = ['grep', 'Groups', '/proc/self/status']
    await withTarget(['-rmuinpCTf', '--mount-proc'], async (pid) => {
      const [whom, file] = [`--target ${pid}`, `--user=/proc/${pid}/ns/user`]
      const lines = [
        ...[`${whom} --user`, `${whom} --all`, file, `${whom} --user --setgid 0`, `${whom} --uts --setgid 6`],
        ...[`${whom} --user --preserve-credentials`, `${file} --preserve-credentials`, `${whom} --uts`],
      ]
      for (const line of lines) {
        const theirs = await run([...grouped, 'nsenter', ...split(line), ...groups])
        const ours = await run([...grouped, ...ocits.command, 'enter', ...split(line), ...groups])
        assert.is(succeeded(ours), succeeded(theirs), line)
      }
      const kept = [...grouped, ...ocits.command, 'enter', file, '--preserve-credentials', ...groups]
      assert.is(succeeded(await run(kept)), 'Groups:\t65534 65534 \n')
    })
    // The caller's own namespace is skipped, and so are the ids inside.
    const own = [...grouped, ...ocits.command, 'enter', '--user=/proc/self/ns/user', 'id', '-G']
    assert.is(succeeded(await run(own)), '0 4 24\n')
  })

  law('without privilege groups cannot be dropped there, which is an error, and so is a closed folder', async () => {
    const mine = userRuntime(binding)
    mkdirSync('/run/closed', { mode: 0o700 })
    await withTarget(
      ['-rf'],
      async (pid) => {
        const who = ['setpriv', '--reuid', `${uid}`, '--regid', `${uid}`, '--groups', '4,24']
        const inside = (...words: readonly string[]) =>
          run([...who, ...mine.command, 'enter', `${pid}`, '--user', ...words], {
            env: { PATH: env.PATH, XDG_RUNTIME_DIR: home },
          })
        refused(await inside('true'), 'EPERM', 'setgroups(2) is denied', 'add --preserve-credentials')
        assert.is(succeeded(await inside('--preserve-credentials', 'id', '-u')), '0\n')
        const closed = ['enter', `${pid}`, '--user', '--wd=/run/closed', 'pwd']
        refused(await mine(closed), '--wd: cwd /run/closed', 'EACCES')
        refused(await mine([...closed.slice(0, -1), '--preserve-credentials', 'pwd']), '--wd: cwd', 'EACCES')
      },
      uid,
    )
    rmdirSync('/run/closed')
  })

  law('--help and --version also after the target', async (ocits) => {
    for (const flag of ['--help', '--version']) {
      const text = succeeded(await ocits(['enter', flag]))
      assert.is.not(text, '')
      for (const words of [
        ['-u', '1', flag],
        ['none', flag],
        ['1', '-u', flag],
      ])
        assert.is(succeeded(await ocits(['enter', ...words])), text)
    }
  })
}

test.run()
