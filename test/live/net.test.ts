import { execFileSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { aside, binary, bindings, type Runtime } from '../harness/binding.ts'
import { recorded, withFault } from '../harness/inject.ts'
import { lawsOf } from '../harness/laws.ts'
import { says, soon, stateOf } from '../harness/life.ts'
import { config, make } from '../harness/make.ts'
import { refused, succeeded } from '../harness/outcome.ts'
import { must, run } from '../harness/run.ts'
import { asUser, makeUser } from '../harness/user.ts'

// `ocits net`: ip(8) of iproute2 and ping(8) verify its results and its output.

const root = '/run/ocits-net'

await makeUser()

const ip = (...words: readonly string[]): string => execFileSync('ip', words, { encoding: 'utf8', stdio: 'pipe' })
const json = (...words: readonly string[]) => JSON.parse(ip('-json', '-details', ...words) || '[]')

type Device = {
  readonly ifname: string
  readonly ifindex: number
  readonly mtu: number
  readonly address?: string
  readonly master?: string
  readonly flags: readonly string[]
  readonly link_index?: number
  readonly linkinfo?: { readonly info_kind?: string }
  readonly addr_info: readonly {
    readonly local: string
    readonly prefixlen: number
    readonly scope: string
    readonly nodad?: true
  }[]
}

/** Words before those of `ip`, for the network with a name or of a process; default: the caller's own. */
type Where = readonly string[]
const devices = (where: Where = []): readonly Device[] => json(...where, 'address')
const device = (name: string, where: Where = []) => devices(where).find(({ ifname }) => ifname === name)
const given = (found: Device | undefined) =>
  (found?.addr_info ?? []).filter(({ scope }) => scope === 'global').map((each) => `${each.local}/${each.prefixlen}`)
const routes = (where: Where = []) =>
  [...json(...where, 'route'), ...json(...where, '-6', 'route')].map(
    ({ dst, gateway }: { dst: string; gateway?: string }) => `${dst}${gateway === undefined ? '' : ` via ${gateway}`}`,
  )

/** Everything in a network except the addresses that the kernel gives an IPv6 device by itself, and the counters. */
const whole = (where: Where = []) => [
  ...devices(where).map((each) => [each.ifname, each.flags.includes('UP'), each.master, ...given(each)].join(' ')),
  ...routes(where).filter((each) => !each.startsWith('fe80') && !each.startsWith('multicast')),
]

/** Two namespaces with names and without processes. */
async function withNames(body: () => Promise<void>): Promise<void> {
  for (const name of ['blue', 'red']) ip('netns', 'add', name)
  try {
    await body()
  } finally {
    for (const name of ['blue', 'red']) ip('netns', 'delete', name)
    for (const { ifname, linkinfo } of devices())
      if (linkinfo?.info_kind === 'bridge' || ifname.includes('-')) await run(['ip', 'link', 'delete', ifname])
  }
}

const linux = { namespaces: (['pid', 'mount', 'network'] as const).map((type) => ({ type })) }

/** Waiting containers with their own networks; ip(8) finds each by its id. */
async function withContainers(ocits: Runtime, ids: readonly string[], body: () => Promise<void>): Promise<void> {
  const quick = aside(ocits)
  const bundle = await make(config(['trap'], { linux }))
  try {
    for (const id of ids) {
      const ran = await quick(['run', '--detach', '--bundle', bundle, id])
      succeeded(ran)
      await says(ran.out, 'ready')
      ip('netns', 'attach', id, `${(await stateOf(quick, id)).pid}`)
    }
    await body()
  } finally {
    for (const id of ids) {
      await run(['ip', 'netns', 'delete', id])
      succeeded(await quick(['delete', '--force', id]))
    }
  }
}

const named = (name: string): Where => ['-netns', name]
const ping = (from: string, to: string) => must(['ip', 'netns', 'exec', from, 'ping', '-q', '-c', '1', '-W', '2', to])

for (const binding of bindings) {
  const law = lawsOf(binding, root)

  law(
    'two containers talk over a bridge that was made for them, by IPv4 and IPv6, and each device is removed with its container',
    (ocits) =>
      withContainers(ocits, ['a', 'b'], async () => {
        const bridge = ['--bridge', 'br0', '--bridge-address', '10.9.0.1/24', '--bridge-address', 'fd09::1/64']
        const ways = ['--gateway', '10.9.0.1', '--gateway', 'fd09::1']
        for (const [i, id] of ['a', 'b'].entries()) {
          const own = ['--address', `10.9.0.${2 + i}/24`, '--address', `fd09::${2 + i}/64`]
          assert.is(succeeded(await ocits(['net', 'add', id, ...bridge, ...own, ...ways])), '')
          const eth0 = device('eth0', named(id))
          assert.equal(given(eth0), [`10.9.0.${2 + i}/24`, `fd09::${2 + i}/64`])
          assert.ok(eth0?.flags.includes('UP'))
          assert.ok(eth0?.addr_info.find(({ local }) => local.startsWith('fd09'))?.nodad, 'it can be used at once')
          const end = device(`${id}-eth0`)
          assert.equal([end?.master, end?.linkinfo?.info_kind, end?.flags.includes('UP')], ['br0', 'veth', true])
          for (const way of ['default via 10.9.0.1', 'default via fd09::1', '10.9.0.0/24', 'fd09::/64'])
            assert.ok(routes(named(id)).includes(way), `${way}: ${routes(named(id))}`)
        }
        assert.equal(given(device('br0')), ['10.9.0.1/24', 'fd09::1/64'])
        for (const to of ['10.9.0.3', 'fd09::3', '10.9.0.1', 'fd09::1']) await ping('a', to)
        await ping('b', 'fd09::2')
        ip('netns', 'delete', 'a')
        succeeded(await ocits(['delete', '--force', 'a']))
        assert.ok(await soon(() => device('a-eth0') === undefined))
        assert.is.not(device('b-eth0'), undefined)
        assert.is.not(device('br0'), undefined, 'the bridge stays')
        // Again, with the same id.
        succeeded(await ocits(['net', 'remove', 'b', 'eth0']))
        assert.equal([device('eth0', named('b')), device('b-eth0')], [undefined, undefined])
        succeeded(await ocits(['net', 'remove', 'br0']))
        ip('netns', 'add', 'a') // for the end
        await aside(ocits)(['run', '--detach', '--bundle', await make(config(['trap'], { linux })), 'a'])
      }),
  )

  law('a pair between two networks, given by name, path, pid and id', (ocits) =>
    withContainers(ocits, ['a'], () =>
      withNames(async () => {
        const { pid } = await stateOf(aside(ocits), 'a')
        const pair = ['--address', '10.8.0.1/30', '--peer-address', '10.8.0.2/30']
        for (const [where, peer] of [
          ['blue', '/run/netns/red'],
          ['/run/netns/blue', `${pid}`],
          ['a', 'red'],
        ] as const) {
          succeeded(await ocits(['net', 'add', where, '--name', 'x', '--peer', peer, '--peer-name', 'y', ...pair]))
          const near = where === 'a' ? 'a' : 'blue'
          const far = peer === `${pid}` ? 'a' : 'red'
          assert.equal(given(device('x', named(near))), ['10.8.0.1/30'])
          assert.equal(given(device('y', named(far))), ['10.8.0.2/30'])
          await ping(near, '10.8.0.2')
          succeeded(await ocits(['net', 'remove', where, 'x']))
          assert.is(device('y', named(far)), undefined)
        }
        // A bridge is made in the network of the other end; without WHERE only the bridge is made.
        succeeded(await ocits(['net', 'add', '--peer', 'red', '--bridge', 'lan', '--bridge-address', '10.7.0.1/24']))
        succeeded(await ocits(['net', 'add', 'blue', '--peer', 'red', '--bridge', 'lan', '--address', '10.7.0.2/24']))
        assert.is(device('blue-eth0', named('red'))?.master, 'lan')
        await ping('blue', '10.7.0.1')
      }),
    ),
  )

  law('an existing device gets addresses and routes, and is set up, lo too', (ocits) =>
    withNames(async () => {
      assert.not(device('lo', named('blue'))?.flags.includes('UP'))
      succeeded(await ocits(['net', 'add', 'blue', '--device', 'lo', '--address', '10.6.0.1/32']))
      assert.ok(device('lo', named('blue'))?.flags.includes('UP'))
      assert.ok(given(device('lo', named('blue'))).includes('10.6.0.1/32'))
      succeeded(await ocits(['net', 'add', 'red', '--address', '10.5.0.2/24', '--peer-address', '10.5.0.1/24']))
      assert.ok(device('lo', named('red'))?.flags.includes('UP'), 'lo of a new network')
      const more = [
        '--device',
        'eth0',
        '--address',
        'fd05::2/64',
        '--gateway',
        'fd05::1',
        '--route',
        '10.4.0.0/16=10.5.0.1',
      ]
      succeeded(await ocits(['net', 'add', 'red', ...more]))
      const all = routes(named('red'))
      for (const way of ['default via fd05::1', '10.4.0.0/16 via 10.5.0.1']) assert.ok(all.includes(way), `${all}`)
    }),
  )

  law('a device moves with its addresses, and returns', (ocits) =>
    withNames(async () => {
      ip('link', 'add', 'mv-0', 'type', 'veth', 'peer', 'name', 'mv-1')
      ip('address', 'add', '10.3.0.1/24', 'dev', 'mv-0')
      ip('link', 'set', 'mv-0', 'up')
      const { address } = device('mv-0') ?? {}
      succeeded(await ocits(['net', 'add', 'blue', '--move', 'mv-0', '--name', 'wan', '--address', '10.3.1.1/24']))
      assert.is(device('mv-0'), undefined)
      assert.is(device('wan', named('blue'))?.address, address)
      assert.equal(given(device('wan', named('blue'))), ['10.3.0.1/24', '10.3.1.1/24'])
      assert.ok(device('wan', named('blue'))?.flags.includes('UP'))
      succeeded(await ocits(['net', 'add', `${process.pid}`, '--peer', 'blue', '--move', 'wan', '--name', 'mv-0']))
      assert.equal(given(device('mv-0')), ['10.3.0.1/24', '10.3.1.1/24'])
      ip('link', 'delete', 'mv-0')
    }),
  )

  law('what is in the place of a moved device is not taken for it, when the rest fails', (ocits) =>
    withNames(async () => {
      ip('link', 'add', 'mv-0', 'type', 'veth', 'peer', 'name', 'mv-1')
      ip('address', 'add', '10.3.0.1/24', 'dev', 'mv-0')
      const add = [
        ...ocits.command,
        'net',
        'add',
        'blue',
        '--move',
        'mv-0',
        '--name',
        'wan',
        '--address',
        '10.3.1.1/24',
      ]
      const slow = ['strace', '-qq', '-o', '/dev/null', '-e', 'trace=sendto', '-e', 'inject=sendto:delay_enter=200000']
      const adding = run([...slow, ...add, '--gateway', '10.3.1.2'], { limit: 40_000 })
      const wan = () => device('wan', named('blue'))
      assert.ok(await soon(() => wan()?.flags.includes('UP') === true))
      const index = `${wan()?.ifindex}`
      ip('-netns', 'blue', 'link', 'delete', 'wan')
      ip('-netns', 'blue', 'link', 'add', 'wan', 'index', index, 'type', 'veth', 'peer', 'name', 'spy')
      ip('-netns', 'blue', 'address', 'add', '10.3.0.9/24', 'dev', 'wan')
      const { code, stderr } = await adding
      assert.is(code, 1)
      assert.ok(stderr.includes('warning: --move: link_move') && stderr.includes('that one stays there'), stderr)
      assert.equal([device('mv-0'), `${wan()?.ifindex}`], [undefined, index])
    }),
  )

  law('a move that the kernel refuses takes nothing from a device', (ocits) =>
    withNames(async () => {
      ip('link', 'add', 'mv-0', 'type', 'bridge')
      ip('link', 'set', 'mv-0', 'up')
      for (const address of ['10.3.0.1/24', 'fd03::1/64']) ip('address', 'add', address, 'dev', 'mv-0', 'nodad')
      ip('route', 'add', '10.4.0.0/24', 'via', '10.3.0.2', 'dev', 'mv-0')
      const before = whole()
      refused(await ocits(['net', 'add', 'blue', '--move', 'mv-0']), 'EINVAL', 'bound to its network')
      assert.equal(whole(), before)
      ip('link', 'delete', 'mv-0')
    }),
  )

  law(
    'a container in a user namespace gets its cable before start; one in the host’s network gets none',
    async (ocits) => {
      const quick = aside(ocits)
      const maps = [{ containerID: 0, hostID: 100_000, size: 1000 }]
      const types = (['user', 'pid', 'mount', 'network'] as const).map((type) => ({ type }))
      const bundle = await make(
        config(['trap'], { linux: { namespaces: types, uidMappings: maps, gidMappings: maps } }),
      )
      await must(['chown', '-R', '100000:100000', bundle])
      const created = await quick(['create', '--bundle', bundle, 'mapped'])
      succeeded(created)
      const { pid } = await stateOf(quick, 'mapped')
      ip('netns', 'attach', 'mapped', `${pid}`)
      try {
        succeeded(await ocits(['net', 'add', 'mapped', '--address', '10.9.0.2/24', '--peer-address', '10.9.0.1/24']))
        assert.equal(given(device('mapped-eth0')), ['10.9.0.1/24'])
        succeeded(await quick(['start', 'mapped']))
        await says(created.out, 'ready')
        await must(['ping', '-q', '-c', '1', '-W', '2', '10.9.0.2'])
        assert.match(succeeded(await ocits(['net', 'list', 'mapped'])), /eth0 +veth +up +- +10\.9\.0\.2\/24/)
      } finally {
        ip('netns', 'delete', 'mapped')
        succeeded(await quick(['delete', '--force', 'mapped']))
      }
      succeeded(await quick(['create', '--bundle', await make(config(['trap'])), 'sharing']))
      refused(await ocits(['net', 'add', 'sharing']), 'sharing has no network of its own: it is in yours')
      succeeded(await quick(['delete', '--force', 'sharing']))
      refused(await ocits(['net', 'add', 'sharing']), 'no container, no process and no /run/netns/sharing')
    },
  )

  law('a device name of others cannot control the terminal', (ocits) =>
    withNames(async () => {
      for (const name of ['\x1b[2Jred', 'gerät']) ip('-netns', 'blue', 'link', 'add', name, 'type', 'bridge')
      const table = succeeded(await ocits(['net', 'list', 'blue']))
      assert.ok(table.includes('\\x1b[2Jred') && !table.includes('\x1b'), table)
      assert.match(succeeded(await ocits(['net', 'show', 'blue', 'gerät'])), /^device +gerät\n/)
      assert.ok(succeeded(await ocits(['net', 'show', 'blue', '\x1b[2Jred'])).includes('\\x1b[2Jred'))
      refused(await ocits(['net', 'show', 'blue', 'x']), 'no device x in blue', '\\x1b[2Jred')
    }),
  )

  law('list and show print the data of ip(8)', (ocits) =>
    withNames(async () => {
      succeeded(await ocits(['net', 'add', '--bridge', 'br0', '--bridge-address', '10.9.0.1/24']))
      const add = ['net', 'add', 'blue', '--bridge', 'br0', '--address', '10.9.0.2/24', '--address', 'fd09::2/64']
      succeeded(await ocits([...add, '--gateway', '10.9.0.1']))
      for (const [word, where] of [
        [[], []],
        [['blue'], named('blue')],
      ] as const) {
        const told = JSON.parse(succeeded(await ocits(['net', 'list', '--json', ...word])))
        const theirs = devices(where).map((each) => ({
          name: each.ifname,
          index: each.ifindex,
          kind: each.linkinfo?.info_kind ?? 'loopback',
          up: each.flags.includes('UP'),
          carrier: each.flags.includes('LOWER_UP'),
          mtu: each.mtu,
          mac: each.address,
          bridge: each.master ?? null,
          peer: each.linkinfo?.info_kind === 'veth' ? each.link_index : null,
          addresses: each.addr_info.map(({ local, prefixlen, scope }) => ({
            address: local,
            prefix: prefixlen,
            scope,
          })),
        }))
        assert.equal(
          told.map(({ routes: _, state: __, ...rest }: Record<string, unknown>) => rest),
          theirs,
        )
      }
      const eth0 = JSON.parse(succeeded(await ocits(['net', 'show', '--json', 'blue', 'eth0'])))
      assert.equal(
        eth0.routes.map(({ to, gateway }: { to: string; gateway: string | null }) => [to, gateway]).slice(0, 2),
        [
          ['default', '10.9.0.1'],
          ['10.9.0.0/24', null],
        ],
      )
      const table = succeeded(await ocits(['net', 'list'])).split('\n')
      assert.match(table[0] ?? '', /^DEVICE +KIND +STATE +BRIDGE +ADDRESSES$/)
      assert.ok(
        table.some((line) => /^br0 +bridge +up +- +10\.9\.0\.1\/24/.test(line)),
        table.join('\n'),
      )
      assert.ok(
        table.some((line) => /^blue-eth0 +veth +up +br0 /.test(line)),
        table.join('\n'),
      )
      assert.match(succeeded(await ocits(['net', 'show', 'br0'])), /^device +br0\nkind +bridge\nstate +up\n/)
    }),
  )

  law('--plan prints the steps, and executes none of them', (ocits) =>
    withNames(async () => {
      const before = [whole(), whole(named('blue'))]
      const add = [
        'net',
        'add',
        'blue',
        '--bridge',
        'br0',
        '--address',
        '10.9.0.2/24',
        '--gateway',
        '10.9.0.1',
        '--plan',
      ]
      const plan = succeeded(await ocits(add))
      const steps = plan
        .split('\n')
        .slice(1, -1)
        .map((line) => line.split(/ {2,}/)[2])
      assert.equal(
        steps.map((each) => each?.trim()),
        [
          'net_open',
          'net_open',
          'bridge',
          'link_up',
          'veth',
          'link_join',
          'link_up',
          'address',
          'link_up',
          'link_up',
          'route',
        ],
      )
      assert.match(plan, 'eth0 of blue, its other end blue-eth0 of this network')
      assert.equal([whole(), whole(named('blue'))], before)
    }),
  )

  law('an impossible request gets an error of one line, and leaves nothing', (ocits) =>
    withNames(async () => {
      succeeded(await ocits(['net', 'add', 'red', '--address', '10.9.0.9/24', '--peer-address', '10.9.0.1/24']))
      writeFileSync('/run/no-namespace', '')
      ip('link', 'add', 'no-bridge', 'type', 'veth', 'peer', 'name', 'no-peer')
      const before = [whole(), whole(named('blue')), whole(named('red'))]
      const blue = (...words: readonly string[]) => ['blue', ...words]
      const own = blue('--address', '10.1.0.2/24')
      const cases: readonly (readonly [words: readonly string[], ...told: readonly string[]])[] = [
        [['/run/nowhere'], '/run/nowhere', 'ENOENT'],
        [['/run/no-namespace'], 'EINVAL', 'it holds no namespace'],
        [['/proc/self/ns/uts'], 'it holds a namespace of the type uts'],
        [['4194000'], 'no container, no process and no /run/netns/4194000'],
        [['nobody'], 'no container, no process and no /run/netns/nobody'],
        [[], 'both ends would be in this network', 'say whose'],
        [[`${process.pid}`], 'has no network of its own'],
        [blue('--peer', 'blue'), 'both ends would be in the network of blue'],
        [blue('--peer', '/run/netns/blue'), 'both ends would be in the network of blue'],
        [['red'], 'eth0 is in use in red', '--name'],
        [blue('--peer-name', 'red-eth0'), 'red-eth0 is in use in this network', '--peer-name'],
        [blue('--bridge', 'no-bridge'), 'no-bridge of this network is no bridge, but of the kind veth'],
        [['red', '--name', 'b', '--address', '10.9.0.9/24'], '10.9.0.9 is in use already: eth0 of red has it'],
        [blue('--address', '10.1.0.2/24', '--address', '10.1.0.2/16'), '10.1.0.2 is given twice'],
        [blue('--address', '10.1.0.2/24', '--peer-address', '10.1.0.2/24'), '10.1.0.2 would be on both ends'],
        [blue('--move', 'nothing'), 'no device nothing in this network', 'no-bridge'],
        [blue('--move', 'lo'), 'it belongs to its network'],
        [blue('--device', 'nothing'), 'no device nothing in blue: it has lo'],
        [blue('--name', 'sixteen-bytes-16'), '16 bytes, and the kernel takes 15'],
        [blue('--name', 'a/b'), 'it has "/" in it'],
        [blue('--bridge', 'a b'), 'it has " " in it'],
        [blue('--peer-name', 'dev%d'), 'it has "%" in it'],
        [blue('--name', 'gerät'), 'other than those of ASCII'],
        ...['10.0.0.256/24', '10.0.0/24', '10.0.0.1/33', 'fd00::1::2/64', 'fd00::g/64', '010.0.0.1/24', 'x', ''].map(
          (word) => [blue('--address', word), `${JSON.stringify(word)}: no address with a prefix`] as const,
        ),
        [blue('--address', '10.1.0.2'), 'its network is missing, as in 10.1.0.2/24'],
        [[...own, '--gateway', 'x'], '"x": no address'],
        [[...own, '--gateway', '10.2.0.1'], '(10.1.0.2/24)', 'add --address'],
        [[...own, '--gateway', '10.1.0.2'], 'that is its own address'],
        [[...own, '--route', '10.2.0.0/16'], 'no route: 10.1.0.0/16=10.0.0.1 is one'],
        [blue('--device', 'lo', '--move', 'x'), 'do not go together'],
        [blue('--bridge-address', '10.1.0.1/24'), 'goes with --bridge'],
        [['--bridge', 'br1', '--address', '10.1.0.1/24'], '--address goes with WHERE'],
        [blue('--json'), 'net add has no flag --json'],
      ]
      // It is the same TypeScript, and Node starts slowly.
      const tried = cases.filter((_, i) => binding === binary || i % 6 === 0)
      for (const [words, ...told] of tried) refused(await ocits(['net', 'add', ...words]), ...told)
      refused(await ocits(['net', 'remove', 'blue', 'eth0']), 'no device eth0 in blue')
      refused(await ocits(['net', 'remove', 'blue', 'lo']), 'goes only with its network')
      refused(await ocits(['net', 'show', 'eth0']), 'no device eth0 in this network')
      refused(await ocits(['net', 'grow']), 'expected list, show, add, remove')
      refused(await ocits(['net', 'remove']), 'takes [WHERE] DEVICE')
      assert.equal([whole(), whole(named('blue')), whole(named('red'))], before)
      ip('link', 'delete', 'no-bridge')
    }),
  )
}

// Each system call of netlink, and each call before it, fails once: the error names the step, and both networks are unchanged.
lawsOf(binary, root)(
  'a failure of any step undoes the change, and the first error is reported',
  (ocits) =>
    withNames(async () => {
      ip('link', 'add', 'mv-0', 'type', 'veth', 'peer', 'name', 'mv-1')
      ip('address', 'add', '10.3.0.1/24', 'dev', 'mv-0')
      ip('link', 'set', 'mv-0', 'up')
      const addresses = ['--address', '10.9.0.2/24', '--address', 'fd09::2/64', '--gateway', '10.9.0.1']
      const bridge = ['--bridge', 'br0', '--bridge-address', '10.9.0.1/24']
      ip('-netns', 'blue', 'link', 'add', 'dev0', 'type', 'veth', 'peer', 'name', 'dev1')
      ip('-netns', 'blue', 'link', 'set', 'dev1', 'up')
      ip('-netns', 'blue', 'address', 'add', '10.7.0.1/24', 'dev', 'dev1')
      /** Each operation, and how to undo it. */
      const ways: readonly (readonly [words: readonly string[], back: () => Promise<void>])[] = [
        [
          [...addresses, ...bridge, '--gateway', 'fd09::1'],
          async () => {
            for (const name of ['blue-eth0', 'br0']) ip('link', 'delete', name)
          },
        ],
        [
          ['--move', 'mv-0', '--name', 'wan', ...addresses],
          async () => {
            const back = ['--peer', 'blue', '--move', 'wan', '--name', 'mv-0']
            succeeded(await ocits(['net', 'add', `${process.pid}`, ...back]))
            for (const address of ['10.9.0.2/24', 'fd09::2/64']) ip('address', 'delete', address, 'dev', 'mv-0')
          },
        ],
        [
          ['--device', 'dev0', ...addresses, '--gateway', 'fd09::1', '--route', '10.8.0.0/16=10.9.0.1'],
          async () => {
            ip('-netns', 'blue', 'link', 'set', 'dev0', 'down')
            for (const address of ['10.9.0.2/24', 'fd09::2/64'])
              await run(['ip', '-netns', 'blue', 'address', 'delete', address, 'dev', 'dev0'])
          },
        ],
        [
          ['--device', 'dev1', '--gateway', '10.7.0.2', '--route', '10.6.0.0/16=10.7.0.3', '--address', 'fd07::1/64'],
          async () => {
            for (const to of ['default', '10.6.0.0/16']) ip('-netns', 'blue', 'route', 'delete', to)
            ip('-netns', 'blue', 'address', 'delete', 'fd07::1/64', 'dev', 'dev1')
          },
        ],
      ]
      for (const [words, back] of ways) {
        const command = [...ocits.command, 'net', 'add', 'blue', ...words]
        const restored = async () => {
          await back()
          ip('-netns', 'blue', 'link', 'set', 'lo', 'down')
        }
        const before = [whole(), whole(named('blue'))]
        const base = await recorded(command)
        assert.is(base.code, 0, base.stderr)
        await restored()
        assert.equal([whole(), whole(named('blue'))], before)
        const sent = base.places.filter(({ name }) => name === 'sendto')
        const others = base.places.filter(({ name }) => /^(recvfrom|socket|setns|clone3)$/.test(name))
        const places = [...sent, ...others.filter((_, i) => i % 7 === 0)]
        assert.ok(sent.length > 12, `${sent.length}`)
        let failed = 0
        for (const place of places) {
          const result = await withFault(command, place, 105) // ENOBUFS
          const told = `${words[0]}: ${place.name} ${place.nth} of ${place.process}: ${result.stderr}`
          assert.ok(result.hit, told)
          if (result.code === 0) {
            assert.is(place.name, 'recvfrom', told)
            await restored()
          } else {
            failed++
            refused(result, 'ENOBUFS')
          }
          assert.equal([whole(), whole(named('blue'))], before, told)
        }
        assert.ok(failed > 10, `${failed}`)
      }
      ip('link', 'delete', 'mv-0')
    }),
  600_000,
)

for (const { name, command } of bindings)
  lawsOf(binary, root)(
    `${name}: the error for a user without rights names the missing ones; in its own user namespace the user has them`,
    async () => {
      const ocits = command.join(' ')
      const add = 'net add --bridge br0'
      refused(
        await asUser([...command, ...add.split(' ')]),
        'EPERM',
        'CAP_NET_ADMIN',
        'unshare --user --map-root-user --net',
      )
      ip('netns', 'add', 'blue')
      refused(await asUser([...command, 'net', 'list', 'blue']), 'the network of blue', 'EPERM', 'CAP_SYS_ADMIN')
      ip('netns', 'delete', 'blue')
      const script = [
        'set -e',
        'unshare --net sleep 1000 & inner=$!; while [ "$(readlink /proc/$inner/ns/net)" = "$(readlink /proc/self/ns/net)" ]; do sleep 0.05; done',
        `${ocits} net add $inner --bridge br0 --bridge-address 10.9.0.1/24 --address 10.9.0.2/24 --gateway 10.9.0.1`,
        'ping -q -c 1 -W 2 10.9.0.2 | grep -o "1 received"; ip -json address show br0 | grep -o 10.9.0.1; kill $inner',
      ].join('\n')
      const { code, stdout, stderr } = await asUser(['unshare', '-Urn', 'sh', '-c', script], { limit: 20_000 })
      assert.equal([code, stdout, stderr], [0, '1 received\n10.9.0.1\n', ''])
    },
  )

test('the sandbox has none of these devices any more', () => assert.not(existsSync('/run/netns/blue')))

test.run()
