import { existsSync, mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { binary, bindings, type Runtime } from '../harness/binding.ts'
import { lawsOf } from '../harness/laws.ts'
import { soon } from '../harness/life.ts'
import { skipped } from '../harness/live.ts'
import { succeeded } from '../harness/outcome.ts'
import { must, type Options, run } from '../harness/run.ts'
import { traced } from '../harness/strace.ts'
import { makeUser, uid, userRuntime } from '../harness/user.ts'

// The steps of common tutorials on namespaces, with util-linux and iproute2 and with `ocits unshare` and `ocits enter`: both must print the
// same, and this must be the output in the tutorial.

const root = '/run/ocits-tutorials'
const work = '/tmp/tutorials'

await makeUser()
mkdirSync(work)

const env = { PATH: process.env.PATH ?? '', HOME: '/root' }
const lines = (text: string) => text.split('\n').filter((line) => line !== '')

/** Commands that run a program in new namespaces; `inside`: commands that run one in existing namespaces. */
const news = (ocits: Runtime): readonly (readonly string[])[] => [['unshare'], [...ocits.command, 'unshare', '--quiet']]

/** The output of a shell in new namespaces, made by unshare(1) and by ocits. */
async function inNew(ocits: Runtime, flags: string, script: string, options: Options = {}): Promise<string> {
  const said: string[] = []
  for (const command of news(ocits))
    said.push(succeeded(await run([...command, ...flags.split(' '), 'sh', '-ec', script], { env, ...options })))
  assert.is(said[1], said[0], `${flags}: ${script}`)
  return said[0] ?? ''
}

type Place = { readonly nsenter: readonly string[]; readonly enter: readonly string[] }

/** The output of a program in existing namespaces, entered by nsenter(1) and by ocits. */
async function inThat(ocits: Runtime, { nsenter, enter }: Place, program: readonly string[]): Promise<string> {
  const said = succeeded(await run(['nsenter', ...nsenter, ...program], { env }))
  assert.is(succeeded(await ocits(['enter', ...enter, ...program], { env })), said, program.join(' '))
  return said
}

const ofProcess = (pid: number, ...types: readonly string[]): Place => ({
  nsenter: ['--target', `${pid}`, ...types],
  enter: [`${pid}`, ...types],
})
const ofNetwork = (name: string): Place => ({ nsenter: [`--net=/run/netns/${name}`], enter: [`/run/netns/${name}`] })

/**
 * A shell in new namespaces that waits for a message, and then executes `after`. `body` gets its pid as seen here, from a /proc that was
 * mounted before. Returns its output.
 */
async function waiting(
  command: readonly string[],
  { before = ':', after = ':' },
  body: (pid: number) => Promise<void>,
): Promise<string> {
  const [go, said] = [`${work}/go`, `${work}/pid`]
  await must(['mkfifo', go])
  const script = `${before}; read -r pid rest < /proc/self/stat; echo $pid > ${said}.new; mv ${said}.new ${said}; read -r word < ${go}; ${after}`
  const running = run([...command, 'sh', '-ec', script], { env })
  try {
    assert.ok(await soon(() => existsSync(said)), 'it does not begin')
    await body(Number(readFileSync(said, 'utf8')))
  } finally {
    await run(['timeout', '5', 'sh', '-c', `echo go > ${go}`])
    for (const path of [go, said]) rmSync(path, { force: true })
    await running
  }
  return succeeded(await running)
}

/** Network namespaces with names; they are removed with all their devices. */
async function withNetworks(names: readonly string[], body: () => Promise<void>): Promise<void> {
  for (const name of names) await must(['ip', 'netns', 'add', name])
  try {
    await body()
  } finally {
    for (const name of names) await must(['ip', 'netns', 'delete', name])
  }
}

const ip = (words: string) => must(['ip', ...words.split(' ')])
const ping = (address: string) => ['ping', '-q', '-c', '1', '-w', '10', address]
const answered = (text: string) => /, 1 received, 0% packet loss/.test(text)

/** The addresses of a device: `192.0.2.1/24` (RFC 5737). */
const addressesOf = (device: string) => ['sh', '-ec', `ip -4 -o address show dev ${device} | awk '{ print $4 }'`]

/** The cgroup of version 2, whose root always exists. */
const unified = /^\S+ \S+ \S+ \S+ (\S+) .* - cgroup2 /m.exec(readFileSync('/proc/self/mountinfo', 'utf8'))?.[1]

const applets = await run(['busybox', '--list'])
const capsh = await run(['capsh', '--print'])

for (const binding of bindings) {
  const law = lawsOf(binding, root)
  const lawIf = (reason: string | undefined, name: string, body: (ocits: Runtime) => Promise<void>, limit?: number) =>
    reason === undefined ? law(name, body, limit) : skipped(`${binding.name}: ${name}`, reason)

  law('uts: a host name for the namespace only', async (ocits) => {
    const before = (await must(['hostname'])).stdout
    assert.is(await inNew(ocits, '--uts', 'hostname blue; hostname; uname -n'), 'blue\nblue\n')
    assert.is((await must(['hostname'])).stdout, before)
  })

  law('ipc: a message queue is invisible in both directions', async (ocits) => {
    const id = /id: (\d+)/.exec((await must(['ipcmk', '-Q'])).stdout)?.[1] ?? ''
    const queues = '{ ipcs -q | grep -c "^0x" || true; }'
    try {
      assert.is(await inNew(ocits, '--uts', queues), '1\n')
      assert.is(await inNew(ocits, '--ipc', `${queues}; ipcmk -Q > /dev/null; ${queues}`), '0\n1\n')
      assert.is((await must(['sh', '-c', queues])).stdout, '1\n')
    } finally {
      await must(['ipcrm', '-q', id])
    }
  })

  law('pid: the program is process 1, and the old /proc shows the old processes', async (ocits) => {
    const first = 'echo $$; tr "\\0" " " < /proc/1/cmdline | cut -c 1-6'
    const own = await inNew(
      ocits,
      '--pid --fork --mount-proc',
      `${first}; all=$(ps -e -o comm=); echo "$all" | grep -vxc ps`, // a shell forks before it executes a part of a pipe,
    )
    assert.is(own, '1\nsh -ec\n1\n')
    const [number, command] = lines(await inNew(ocits, '--pid --fork', first))
    assert.is(number, '1')
    assert.is.not(command, 'sh -ec')
    // A signal of its own child does not end process 1; when it ends, all processes end.
    const end = 'sh -c "kill -TERM 1"; echo there; sleep 1000 > /dev/null 2>&1 & exit 0'
    assert.is(await inNew(ocits, '--pid --fork', end), 'there\n')
  })

  law('mount: a mount inside is invisible outside, unless mounts stay shared', async (ocits) => {
    const at = `${work}/mnt`
    mkdirSync(at)
    const count = `grep -c " ${at} tmpfs" /proc/self/mounts || true`
    const script = `mount -t tmpfs learn ${at}; touch ${at}/file; ${count}; ls ${at}`
    assert.is(await inNew(ocits, '--mount', script), '1\nfile\n')
    assert.is((await must(['sh', '-c', `${count}; ls ${at}`])).stdout, '0\n')
    assert.is(await inNew(ocits, '--mount --propagation unchanged', `mount -t tmpfs learn ${at}`), '')
    assert.is((await must(['sh', '-c', count])).stdout, '2\n')
    await must(['umount', at, at])
    rmdirSync(at)
  })

  law('a new root: by chroot, by --root, and by pivot_root, after which the old one is unmounted', async (ocits) => {
    const [box, copy] = [`${work}/box`, `${work}/copy`]
    for (const path of [box, `${copy}/bin`]) mkdirSync(path, { recursive: true })
    const fill = (at: string) => `cp $(command -v busybox) ${at}/bin/busybox`
    const made = `mount -t tmpfs box ${box}; mkdir ${box}/bin ${box}/old; ${fill(box)}; cd ${box}`
    const list = `/bin/busybox ls / /old; /bin/busybox pwd`
    assert.is(
      await inNew(ocits, '--mount', `${made}; chroot . /bin/busybox sh -ec '${list}'`),
      '/:\nbin\nold\n\n/old:\n/\n',
    )
    const pivot = `${made}; pivot_root . old; cd /; /bin/busybox test -d /old/usr; /bin/busybox umount -l /old; ${list}`
    assert.is(await inNew(ocits, '--mount', pivot), '/:\nbin\nold\n\n/old:\n/\n')
    await must(['sh', '-ec', fill(copy)])
    for (const command of news(ocits))
      assert.is(
        succeeded(await run([...command, '--mount', '--root', copy, '/bin/busybox', 'ls', '/'], { env })),
        'bin\n',
      )
    for (const path of [box, copy]) rmSync(path, { recursive: true })
  })

  law('user: the ids are unmapped until a process outside writes the maps', async (ocits) => {
    for (const command of news(ocits)) {
      const said = await waiting(
        [...command, '--user'],
        { before: 'id -u; id -g', after: 'id -u; id -g; cat /proc/self/setgroups /proc/self/uid_map' },
        async (pid) => {
          writeFileSync(`/proc/${pid}/setgroups`, 'deny')
          writeFileSync(`/proc/${pid}/uid_map`, '0 0 1')
          writeFileSync(`/proc/${pid}/gid_map`, '7 0 1')
          // A map can be written once.
          assert.throws(() => writeFileSync(`/proc/${pid}/uid_map`, '0 0 1'), /EPERM/)
        },
      )
      assert.equal(
        lines(said).map((line) => line.trim().replace(/ +/g, ' ')),
        ['65534', '65534', '0', '7', 'deny', '0 0 1'],
      )
    }
  })

  const without = capsh.code === 0 ? undefined : 'there is no capsh: `scripts/setup.sh --oracle` installs it'
  lawIf(without, 'user: capsh shows no capability before the map, and all after it', async () => {
    const mine = userRuntime(binding)
    const shown = 'capsh --print | grep ^Current:'
    assert.is(await inNew(mine, '--user', shown, { uid }), 'Current: =\n')
    assert.is(await inNew(mine, '--user --map-root-user', shown, { uid }), 'Current: =ep\n')
  })

  law('setns: from /proc, and from a file that keeps the namespace after its process has ended', async (ocits) => {
    const pin = `${work}/pinned`
    writeFileSync(pin, '')
    await waiting([...ocits.command, 'unshare', '--quiet', '--uts'], { before: 'hostname learner' }, async (pid) => {
      assert.is(await inThat(ocits, ofProcess(pid, '--uts'), ['hostname']), 'learner\n')
      await must(['mount', '--bind', `/proc/${pid}/ns/uts`, pin])
    })
    try {
      assert.is(await inThat(ocits, { nsenter: [`--uts=${pin}`], enter: [pin] }, ['hostname']), 'learner\n')
    } finally {
      await must(['umount', pin])
      rmSync(pin)
    }
  })

  law('setns: several namespaces at once, by one pidfd', async (ocits) => {
    await waiting(['unshare', '--uts', '--ipc', '--net'], { before: 'hostname several' }, async (pid) => {
      const place = ofProcess(pid, '--uts', '--ipc', '--net')
      const seen = [
        'sh',
        '-ec',
        'hostname; readlink /proc/self/ns/uts /proc/self/ns/ipc /proc/self/ns/net /proc/self/ns/mnt',
      ]
      const [name, ...own] = lines(await inThat(ocits, place, seen))
      assert.is(name, 'several')
      const theirs = (
        await must(['readlink', ...['uts', 'ipc', 'net'].map((type) => `/proc/${pid}/ns/${type}`), '/proc/self/ns/mnt'])
      ).stdout
      assert.equal(own, lines(theirs))
      if (binding !== binary) return
      const { processes } = await traced([...ocits.command, 'enter', ...place.enter, 'true'], true)
      const calls = processes.flat().filter(({ name }) => name === 'setns')
      assert.equal(
        calls.map(({ args }) =>
          args
            .replace(/^\d+, /, '')
            .split('|')
            .sort(),
        ),
        [['CLONE_NEWIPC', 'CLONE_NEWNET', 'CLONE_NEWUTS']],
      )
      assert.ok(processes.flat().some(({ name, args }) => name === 'pidfd_open' && args.startsWith(`${pid},`)))
    })
  })

  law('network: a veth pair with an address at each end', async (ocits) => {
    await withNetworks(['blue'], async () => {
      assert.not(answered((await run(['nsenter', '--net=/run/netns/blue', ...ping('192.0.2.1')])).stdout))
      await ip('link add cable type veth peer name eth0 netns blue')
      await ip('address add 192.0.2.1/24 dev cable')
      await ip('link set cable up')
      await ip('-n blue address add 192.0.2.2/24 dev eth0')
      await ip('-n blue link set eth0 up')
      assert.is(await inThat(ocits, ofNetwork('blue'), addressesOf('eth0')), '192.0.2.2/24\n')
      assert.ok(answered(succeeded(await ocits(['enter', '/run/netns/blue', ...ping('192.0.2.1')], { env }))))
      assert.ok(answered((await must(ping('192.0.2.2'))).stdout))
      // A pair made by ocits is the same: the pid of a process in the namespace selects the place of its end.
      await waiting([...ocits.command, 'unshare', '--quiet', '--net'], {}, async (pid) => {
        await ip(`link add wire type veth peer name eth0 netns ${pid}`)
        assert.match(
          await inThat(ocits, ofProcess(pid, '--net'), ['sh', '-ec', 'ip -o link | cut -d: -f2']),
          /^ lo\n eth0@/,
        )
      })
    })
  })

  law('network: two namespaces on a bridge', async (ocits) => {
    await withNetworks(['switch', 'red', 'blue'], async () => {
      await ip('-n switch link add br0 type bridge')
      await ip('-n switch link set br0 up')
      for (const [at, name] of ['red', 'blue'].entries()) {
        await ip(`-n switch link add ${name} type veth peer name eth0 netns ${name}`)
        await ip(`-n switch link set ${name} master br0 up`)
        await ip(`-n ${name} address add 192.0.2.${at + 1}/24 dev eth0`)
        await ip(`-n ${name} link set eth0 up`)
      }
      for (const [name, other] of [
        ['red', '192.0.2.2'],
        ['blue', '192.0.2.1'],
      ] as const)
        assert.ok(answered(succeeded(await ocits(['enter', `/run/netns/${name}`, ...ping(other)], { env }))))
      assert.is(await inThat(ocits, ofNetwork('switch'), ['sh', '-ec', 'ip -o link show master br0 | wc -l']), '2\n')
    })
  })

  const words = lines(applets.stdout)
  const none = ['udhcpc', 'udhcpd'].every((name) => words.includes(name))
    ? undefined
    : 'there is no busybox with udhcpc and udhcpd: `scripts/setup.sh --oracle` installs it'
  lawIf(
    none,
    'network: an address by DHCP, from a server in another namespace',
    async (ocits) => {
      await withNetworks(['server', 'client'], async () => {
        await ip('-n server link add eth0 type veth peer name eth0 netns client')
        await ip('-n server address add 192.0.2.1/24 dev eth0')
        for (const name of ['server', 'client']) await ip(`-n ${name} link set eth0 up`)
        const [conf, script, leases, held] = ['conf', 'bound', 'leases', 'pidfile'].map(
          (name) => `${work}/dhcp.${name}`,
        ) as [string, string, string, string]
        writeFileSync(leases, '')
        writeFileSync(
          conf,
          `start 192.0.2.50\nend 192.0.2.50\ninterface eth0\nlease_file ${leases}\npidfile ${held}\noption subnet 255.255.255.0\noption router 192.0.2.1\n`,
        )
        const bound =
          '[ "$1" = bound ] || exit 0\nip address add "$ip/$mask" dev "$interface"\nip route add default via "$router"\n'
        writeFileSync(script, `#!/bin/sh\n${bound}`, { mode: 0o755 })
        const server = run([...ocits.command, 'enter', '/run/netns/server', 'busybox', 'udhcpd', '-f', conf], { env })
        try {
          assert.ok(await soon(() => existsSync(held)), 'no server')
          const client = ['udhcpc', '-i', 'eth0', '-n', '-q', '-s', script]
          const { code, stderr } = await ocits(['enter', '/run/netns/client', 'busybox', ...client], { env })
          assert.is(code, 0, stderr)
          assert.is(await inThat(ocits, ofNetwork('client'), addressesOf('eth0')), '192.0.2.50/24\n')
          assert.match(await inThat(ocits, ofNetwork('client'), ['ip', 'route']), /^default via 192\.0\.2\.1 dev eth0/)
          assert.ok(answered(succeeded(await run(['ip', 'netns', 'exec', 'client', ...ping('192.0.2.1')]))))
        } finally {
          process.kill(server.pid, 'SIGTERM')
          await server
          for (const path of [conf, script, leases, held]) rmSync(path, { force: true })
        }
      })
    },
    60_000,
  )

  law('time: a machine with one more day of uptime', async (ocits) => {
    const up = () => Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0])
    for (const command of news(ocits)) {
      const before = up()
      const said = Number(
        succeeded(
          await run([...command, '--time', '--boottime', '86400', 'cut', '-d', ' ', '-f1', '/proc/uptime'], { env }),
        ),
      )
      assert.ok(said - 86400 >= before - 1 && said - 86400 <= up() + 1, `${said}, and outside ${before}`)
    }
    const offsets = 'tr -s " " < /proc/self/timens_offsets'
    assert.is(await inNew(ocits, '--time --monotonic 5 --boottime 7', offsets), 'monotonic 5 0\nboottime 7 0\n')
  })

  lawIf(
    unified === undefined ? 'there is no cgroup v2' : undefined,
    'cgroup: where one is, is the root',
    async (ocits) => {
      const folder = `${unified}/tutorial`
      mkdirSync(folder)
      const shown = "sed -n 's/^0:://p' /proc/self/cgroup"
      const there = (command: readonly string[]) =>
        run(['sh', '-ec', `echo $$ > ${folder}/cgroup.procs; exec "$@"`, 'sh', ...command], { env })
      try {
        assert.match(succeeded(await there(['sh', '-ec', shown])), /\/tutorial\n$/)
        for (const command of news(ocits))
          assert.is(succeeded(await there([...command, '--cgroup', 'sh', '-ec', shown])), '/\n')
        // The path of a process outside the namespace begins with `/..`.
        for (const command of news(ocits))
          assert.match(
            succeeded(await there([...command, '--cgroup', 'sh', '-ec', "sed -n 's/^0:://p' /proc/1/cgroup"])),
            /^\/\.\.(\/\w+)?\n$/,
          )
      } finally {
        assert.ok(await soon(() => readFileSync(`${folder}/cgroup.procs`, 'utf8') === ''))
        rmdirSync(folder)
      }
    },
  )
}

test.run()
