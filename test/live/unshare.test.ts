import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readlinkSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { aside, binary, bindings } from '../harness/binding.ts'
import { bundle } from '../harness/bundle.ts'
import { lawsOf } from '../harness/laws.ts'
import { soon } from '../harness/life.ts'
import { refused, succeeded } from '../harness/outcome.ts'
import { onTerminal } from '../harness/pty.ts'
import { must, type Result, run } from '../harness/run.ts'
import { probe as program } from '../harness/terminal.ts'
import { makeUser, ranges, uid, userRuntime } from '../harness/user.ts'

// `ocits unshare` compared with unshare(1) of util-linux: each flag has the same state inside, and the same exit status.
// docs/learn/differences.md lists the differences.

const root = '/run/ocits-unshare'

await makeUser()

// For each type whether it is the caller's; the ids, and the capabilities.
const probe = [
  'for n in user pid mnt net uts ipc cgroup time pid_for_children time_for_children; do',
  'case " $OUTSIDE " in *" $(readlink /proc/self/ns/$n) "*) echo $n old;; *) echo $n new;; esac; done',
  'id -u; id -g; id -G; cat /proc/self/uid_map /proc/self/gid_map /proc/self/setgroups; pwd; umask',
  'grep -E "Cap|Groups|NoNew|SigBlk|SigIgn" /proc/self/status; cat /proc/self/timens_offsets; ls /proc/self/fd | wc -l',
  `awk '$5 == "/" { sub(/:.*/, "", $7); print $7 }' /proc/self/mountinfo; grep -c . /proc/mounts; echo "$A"`,
].join('\n')

const outside = ['user', 'pid', 'mnt', 'net', 'uts', 'ipc', 'cgroup', 'time'].map((n) =>
  readlinkSync(`/proc/self/ns/${n}`),
)
const env = { PATH: process.env.PATH ?? '', OUTSIDE: outside.join(' '), A: 'B', SHELL: '/bin/sh' }

/** Flags, and the program to test them with: the probe, or other words. */
const flags: readonly (readonly [line: string, ...program: string[]])[] = [
  ...[
    ...[
      '-m',
      '-u',
      '-i',
      '-n',
      '-U',
      '-C',
      '-T',
      '-f',
      '-pf',
      '-Tf',
      '-r',
      '-c',
      '-rc',
      '-cr',
      '-r --map-user=5',
      '--map-user=5 -r',
      '-Urm',
      '-muinpUCTrf',
    ],
    ...['--mount', '--uts', '--ipc', '--net', '--user', '--cgroup', '--time', '--pid --fork', '--map-root-user'],
    ...['--map-current-user', '--map-user=5', '--map-group=7', '--map-user 5 --map-group 7', '-U --map-user=root'],
    ...['-U --setgroups=deny', '-r --keep-caps', '-c --keep-caps', '-m --propagation slave', '-m --propagation shared'],
    ...[
      '-m --propagation=unchanged',
      '-m --propagation private',
      '-T --monotonic 100',
      '-T --monotonic=3 --boottime=7',
    ],
    ...['-w /usr', '-w ..', '--wd=/usr', '-R /', '-R / -w /usr', '-S 5', '-G 5', '-S 5 -G 6', '--setuid 5 --setgid=6'],
    ...['-rS 0', '-r -S 0 --keep-caps', '--kill-child', '--kill-child=TERM', '-pf --mount-proc', '-rpf --mount-proc'],
    ...['-pf --mount-proc=/proc', '-rmnpuiCTf --mount-proc', '--map-r', '--mount-p -p --fo', '-u --'],
  ].map((line) => [line, 'sh', '-c', probe] as const),
  ['-p', 'sh', '-c', '/bin/true; /bin/true; echo two'],
  ['', 'sh', '-c', 'exit 7'],
  ['-f', 'sh', '-c', 'exit 7'],
  ['', 'sh', '-c', 'kill $$'],
  ['', 'nothing-of-that-name'],
  ['', '/etc'],
  ['', '/nothing'],
  ...[
    ...['-r --setgroups allow', '-r -G 0', '--setgroups deny', '--monotonic 5', '-m --propagation none', '-Z', '--mo'],
    ...['-T --monotonic x', '-R /none', '-w /none', '--kill-child=NONE', '-S x', '--map-user=nobody-of-that-name'],
    ...[
      '--none',
      '--ma',
      '--map-users=1,2',
      '--mount-proc=/none',
      '--map-users=auto',
      '--fork=1',
      '-T --boottime -9999999999',
    ],
  ].map((line) => [line, 'true'] as const),
  ['-w'],
]

const split = (line: string) => line.split(' ').filter(Boolean)

const told = ({ code, signal, stdout }: Result) => ({
  code: signal === null ? code : signal === 'SIGTERM' ? 143 : signal,
  stdout,
})

for (const binding of bindings) {
  const law = lawsOf(binding, root)

  law(
    'each flag makes the namespaces of unshare(1), with the same exit status',
    async (ocits) => {
      for (const [line, ...program] of flags) {
        const theirs = await run(['unshare', ...split(line), ...program], { env, cwd: '/tmp' })
        const ours = await ocits(['unshare', '--quiet', ...split(line), ...program], { env, cwd: '/tmp' })
        assert.equal(told(ours), told(theirs), `${line} ${program[0] ?? ''}: ${ours.stderr} ${theirs.stderr}`)
        if (ours.code !== 0 && program[0] !== 'sh') assert.match(ours.stderr, /^ocits: [^\n]+\n$/, line)
      }
    },
    240_000,
  )

  // unshare(1) has it since 2.40.
  law('--map-subids: the ids of /etc/subuid to themselves, beside your own', async (ocits) => {
    const mine = userRuntime(binding)
    ranges('user:100000:65536\n')
    const maps = ['sh', '-c', 'cat /proc/self/uid_map /proc/self/gid_map']
    const expected = (own: number) => new RegExp(`^( +0 +${own} +1\n +100000 +100000 +65536\n){2}$`)
    for (const line of ['-r --map-subids', '-r --map-users=subids --map-groups=subids'])
      assert.match(succeeded(await mine(['unshare', ...split(line), ...maps])), expected(uid), line)
    assert.match(succeeded(await mine(['unshare', '-r', '--map-subids', ...maps])), expected(uid))
    ranges('')
    refused(await mine(['unshare', '--map-subids', 'true']), 'subids: no line for user in /etc/sub')
    refused(await ocits(['unshare', '--map-users=subid', 'true']), 'or auto, or subids')
  })

  law('ranges of ids: those of newuidmap(1) for a user, any for root', async (ocits) => {
    const mine = userRuntime(binding)
    const maps = ['sh', '-c', 'cat /proc/self/uid_map /proc/self/gid_map /proc/self/setgroups']
    ranges('user:100000:65536\n')
    const lines = [
      ...['--map-auto', '-r --map-auto', '-c --map-auto', '--map-users=100000,0,10 --map-groups=100000,5,7'],
      ...[
        '--map-users=100000,0,10 --map-groups=100000,0,10 --map-user=3',
        '-r --map-users=100000,5,10 --map-groups=100000,1,1',
      ],
      ...[
        '--map-users=100000,0,10 --map-user=30 --map-groups=100000,0,10',
        '--map-users=99999,0,10',
        '--map-users=auto -r',
      ],
    ]
    for (const line of lines) {
      const theirs = await run(['unshare', ...split(line), ...maps], { env, uid })
      const ours = await mine(['unshare', '--quiet', ...split(line), ...maps], { env })
      assert.equal(told(ours), told(theirs), `${line}: ${ours.stderr} ${theirs.stderr}`)
    }
    const newer = await mine(['unshare', '-q', '--map-users=0:100000:9', '--map-groups', '0:100000:9', ...maps], {
      env,
    })
    assert.match(succeeded(newer), /^ +0 +100000 +9\n +0 +100000 +9\nallow\n$/)
    const free = await ocits(['unshare', '-q', '-r', '--map-users=5000,1,9', '--map-groups=7000,1,9', ...maps], { env })
    assert.match(succeeded(free), /^ +0 +0 +1\n +1 +5000 +9\n +0 +0 +1\n +1 +7000 +9\nallow\n$/)
  })

  law(
    'a namespace that FILE keeps outlives the program; if the program does not start, there is no FILE',
    async (ocits) => {
      const quick = aside(ocits)
      succeeded(await ocits(['unshare', '--quiet', '--uts=/run/shop.uts', '--net=/run/netns/shop', 'hostname', 'shop']))
      assert.is((await must(['nsenter', '--uts=/run/shop.uts', 'hostname'])).stdout, 'shop\n')
      assert.match((await must(['ip', 'netns', 'list'])).stdout, /^shop\b/)
      for (const name of ['shop', '/run/shop.uts']) succeeded(await quick(['ns', 'unpin', name]))
      writeFileSync('/run/there', '')
      const failed = await ocits([
        'unshare',
        '-q',
        '--uts=/run/shop.uts',
        '--ipc=/run/there',
        '--net=/run/none/x',
        'true',
      ])
      refused(failed, '--net: pin network at /run/none/x: ENOENT')
      assert.not(existsSync('/run/shop.uts'))
      assert.is((await run(['mountpoint', '-q', '/run/there'])).code, 32)
      await must(['rm', '/run/there'])
      // The kernel compares the age of two mount namespaces by numbers, and each CPU takes them from its own reserve.
      const held = async () =>
        (await quick(['unshare', '--mount=/run/ns/m', 'mount', '-t', 'tmpfs', 'x', '/mnt'])).code === 0
      mkdirSync('/run/ns')
      await must(['mount', '--bind', '--make-private', '/run/ns', '/run/ns'])
      assert.ok(await soon(held))
      assert.match((await must(['nsenter', '--mount=/run/ns/m', 'cat', '/proc/mounts'])).stdout, /^x \/mnt tmpfs /m)
      succeeded(await quick(['ns', 'unpin', '/run/ns/m']))
      await must(['umount', '/run/ns'])
      await must(['rmdir', '/run/ns'])
    },
  )

  law('warnings about common surprises name the cure', async (ocits) => {
    const warned = async (line: string, ...words: readonly string[]) => {
      const { code, stderr } = await ocits(['unshare', ...split(line), 'true'])
      assert.is(code, 0, stderr)
      const lines = stderr.split('\n').slice(0, -1)
      assert.is(lines.length, words.length, stderr)
      for (const [i, word] of words.entries())
        assert.ok(lines[i]?.startsWith('ocits: warning: ') && lines[i]?.includes(word))
    }
    await warned('--pid', 'ENOMEM (add --fork)')
    await warned('--user', 'every id is 65534 there (add --map-root-user)')
    await warned('-pf', '/proc still shows the processes of the old pid namespace (add --mount-proc)')
    await warned('--net', 'lo, and that is down (ip link set lo up)')
    await warned('-Urnp', 'add --fork', 'lo, and that is down')
    await warned('-Urpf --mount-proc')
    const mine = userRuntime(binding)
    refused(await mine(['unshare', '--uts', 'true']), '--uts: unshare uts: EPERM', 'add --user --map-root-user')
    refused(await mine(['unshare', '-r', '--setgroups', 'allow', 'true']), 'newgidmap(1)', 'user_namespaces(7)')
    refused(await ocits(['unshare', '-r', '--setgid', '0', 'true']), 'setgroups(2) is denied', '--map-auto')
    refused(await mine(['unshare', '--map-users=5,0,10', 'true']), 'newuidmap', '/etc/subuid')
  })

  law(
    '--plan prints the steps and executes none; --spec prints a config.json with which run makes the same',
    async (ocits) => {
      const plan = succeeded(await ocits(['unshare', '--plan', '-Urm', '--uts=/run/planned', 'true']))
      const steps = plan.split('\n').slice(1, -1)
      assert.equal(
        steps.map((line) => line.split(/ +/).filter(Boolean)[2]),
        ['spawn', 'unshare', 'idmap', 'propagation', 'pin', 'umask', 'executable', 'alive', 'clean', 'exec', 'reap'],
      )
      assert.match(plan, / 2 +parent +idmap +--map-root-user +uid 0→0 ×1 gid 0→0 ×1\n/)
      assert.not(existsSync('/run/planned'))
      mkdirSync('/run/spec')
      const shown =
        'hostname; id -u; id -g; pwd; ls /proc | grep -c "^[0-9]"; grep Cap /proc/self/status; cat /proc/self/uid_map; umask'
      const words = ['-Urmpuf', '--mount-proc', 'sh', '-c', shown]
      const devices = (await must(['ls', '-la', '/dev'])).stdout
      for (const each of [words, ['-mpf', '--mount-proc', '-S', '5', '-G', '6', 'sh', '-c', shown]]) {
        writeFileSync(
          '/run/spec/config.json',
          succeeded(await ocits(['unshare', '--spec', ...each], { env, cwd: '/usr' })),
        )
        const made = succeeded(await ocits(['run', 'same', '/run/spec']))
        assert.is(made, (await must(['unshare', ...each], { env, cwd: '/usr' })).stdout)
      }
      assert.is((await must(['ls', '-la', '/dev'])).stdout, devices)
      await must(['rm', '-r', '/run/spec'])
      refused(await ocits(['unshare', '--spec', '--user', 'true']), '--spec', 'add --map-root-user')
      const shell = JSON.parse(succeeded(await ocits(['unshare', '--spec', '--uts'], { env })))
      assert.equal(shell.process.args, ['/bin/sh'])
      const unsaid = ['unshare', '--spec', '--net=/run/x', '-r', '--kill-child', '--setgroups=deny', 'true']
      refused(await ocits(unsaid), 'cannot say --net=FILE, --kill-child, --setgroups')
    },
  )

  law('signals reach the program, as do descriptors and stdin, and --kill-child works', async (ocits) => {
    writeFileSync('/run/in', 'from stdin\n')
    assert.is(succeeded(await ocits(['unshare', '-q', '--uts', 'cat'], { stdin: '/run/in' })), 'from stdin\n')
    await must(['rm', '/run/in'])
    const script = 'trap "echo caught; exit 5" TERM; echo ready; while :; do sleep 0.1; done'
    const trapped = ocits(['unshare', '-q', '--uts', 'sh', '-c', script])
    assert.ok(await soon(() => readFileSync(trapped.out, 'utf8') === 'ready\n'))
    process.kill(trapped.pid, 'SIGTERM')
    assert.equal(told(await trapped), { code: 5, stdout: 'ready\ncaught\n' })
    const [command = '', ...before] = ocits.command
    // The kernel clears the signal when ids change.
    for (const ids of [[], ['--setuid', '5', '--setgid', '6']]) {
      const words = [...before, 'unshare', '-q', '--kill-child', ...ids, 'sleep', '1000']
      const killed = spawn(command, words, { stdio: 'ignore' })
      let child = ''
      try {
        const found = async () =>
          (await run(['ps', '-o', 'pid=,comm=', '--ppid', `${killed.pid}`])).stdout.trim().split(/ +/)
        const isThere = async () => {
          const [pid = '', name] = await found()
          child = pid
          return name === 'sleep'
        }
        assert.ok(await soon(isThere))
      } finally {
        killed.kill('SIGKILL')
      }
      assert.ok(await soon(() => !existsSync(`/proc/${child}`)), ids.join(' '))
    }
  })

  law('a folder that the program may not enter is an error, as for unshare(1)', async (ocits) => {
    const mine = userRuntime(binding)
    mkdirSync('/run/closed', { mode: 0o700 })
    for (const line of ['-w /run/closed', '-r -w /run/closed', '-rm --wd=/run/closed']) {
      const theirs = await run(['unshare', ...split(line), 'pwd'], { env, uid })
      const ours = await mine(['unshare', '-q', ...split(line), 'pwd'], { env })
      assert.equal(told(ours), told(theirs), line)
      refused(ours, '--wd: cwd /run/closed', 'EACCES')
    }
    // Root may enter it before it becomes another user.
    const ids = ['-S', '5', '-G', '6']
    assert.is(succeeded(await ocits(['unshare', '-q', ...ids, '-w', '/run/closed', 'pwd'])), '/run/closed\n')
    rmdirSync('/run/closed')
  })

  law('--keep-caps keeps all capabilities whichever ids change', async (ocits) => {
    const kept = async (...ids: readonly string[]) => {
      const maps = ['-U', '--map-users=0,0,10', '--map-groups=0,0,10', '--keep-caps']
      return succeeded(
        await ocits(['unshare', '-q', ...maps, ...ids, 'sh', '-c', 'id -u; id -g; grep CapEff /proc/self/status']),
      )
    }
    const all = (await kept()).slice('0\n0\n'.length)
    assert.match(all, /^CapEff:\t0*1?[37f]f{8,}\n$/)
    assert.is(await kept('--setuid', '5'), `5\n0\n${all}`)
    assert.is(await kept('--setgid', '6'), `0\n6\n${all}`)
    assert.is(await kept('--setuid', '5', '--setgid', '6'), `5\n6\n${all}`)
    writeFileSync('/run/empty', '')
    await must(['mount', '--bind', '/run/empty', '/proc/sys/kernel/cap_last_cap'])
    refused(await ocits(['unshare', '-q', '-r', '--keep-caps', 'true']), 'cannot read /proc/sys/kernel/cap_last_cap')
    await must(['umount', '/proc/sys/kernel/cap_last_cap'])
    rmSync('/run/empty')
  })
}

// The tests as root have compared the two bindings: here only the static executable runs.
lawsOf(binary, root)(
  'a user makes with each flag what the same user makes with unshare(1)',
  async () => {
    const mine = userRuntime(binary)
    for (const [line, ...program] of flags.filter(([line]) => !line.startsWith('-R /') || line === '-R /none')) {
      const theirs = await run(['unshare', ...split(line), ...program], { env, cwd: '/tmp', uid })
      const ours = await mine(['unshare', '--quiet', ...split(line), ...program], { env, cwd: '/tmp' })
      assert.equal(told(ours), told(theirs), `${line} ${program[0] ?? ''}: ${ours.stderr} ${theirs.stderr}`)
    }
  },
  240_000,
)

for (const binding of bindings)
  lawsOf(binding, root)('a key of the terminal is one signal for the program, and a stop stops both', async (ocits) => {
    await bundle('ns-mount') // the probe is built with this
    const command = [...ocits.command, 'unshare', '--uts', program, 'trap']
    const script = `set -m; ${command.join(' ')}; echo stopped $?; kill -TERM %1; fg; exit 0`
    const shown = onTerminal(['bash', '-c', script])
    await shown.shows('ready')
    shown.tell('type ^C')
    await shown.shows('got INT')
    shown.tell('type ^Z')
    await shown.shows('stopped 147')
    assert.is(await shown.ended(), 'exit 0, modes as before')
    assert.is(shown.text().split('got INT').length, 2, shown.text())
  })

test.run()
