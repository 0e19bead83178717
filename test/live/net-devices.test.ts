import { execFileSync } from 'node:child_process'
import { chownSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { binary, runtime } from '../harness/binding.ts'
import { read } from '../harness/bundle.ts'
import { type Place, recorded, withFault } from '../harness/inject.ts'
import { reaches, says, soon, stateOf } from '../harness/life.ts'
import { live } from '../harness/live.ts'
import { type Changes, config, make } from '../harness/make.ts'
import { refused, succeeded, warned } from '../harness/outcome.ts'
import { run } from '../harness/run.ts'
import { traces, unchanged } from '../harness/traces.ts'

const root = '/run/ocits-net-devices'
const ocits = runtime(binary, root)
const ip = (...words: readonly string[]): string => execFileSync('ip', words, { encoding: 'utf8', stdio: 'pipe' })

type Address = { readonly family: string; readonly local: string; readonly prefixlen: number; readonly scope: string }
type Link = {
  readonly ifname: string
  readonly mtu: number
  readonly address: string
  readonly flags: readonly string[]
  readonly addr_info: readonly Address[]
}

/** The facts that must be the same when a device has returned; undefined: no device has this name. */
function device(name: string): object | undefined {
  const found = (JSON.parse(ip('-json', 'address', 'show')) as Link[]).find(({ ifname }) => ifname === name)
  if (found === undefined) return undefined
  const { mtu, address, flags, addr_info } = found
  const addresses = addr_info.filter(({ scope }) => scope === 'global')
  return {
    mtu,
    address,
    up: flags.includes('UP'),
    addresses: addresses.map(({ family, local, prefixlen }) => `${family} ${local}/${prefixlen}`),
  }
}

/** Where a record has `inside`, and the family of its first address (struct kept of native/parent/net_move.h). */
const insideAt = 152
const familyAt = 164

const addresses = ['10.9.8.7/24', '10.9.8.6/24', 'fd09::7/64']

/** A test with two devices: `nd0`, which is up and has addresses, and `nd1`, which is down. Both must be unchanged at the end. */
const law = (name: string, body: () => Promise<void>): void =>
  live(name, async () => {
    ip('link', 'add', 'nd0', 'mtu', '1300', 'type', 'veth', 'peer', 'name', 'nd0-peer')
    ip('link', 'add', 'nd1', 'type', 'veth', 'peer', 'name', 'nd1-peer')
    for (const address of addresses) ip('address', 'add', address, 'dev', 'nd0')
    ip('link', 'set', 'nd0', 'up')
    ip('address', 'add', '10.9.7.7/24', 'dev', 'nd1')
    try {
      const [before, devices] = [traces(root), [device('nd0'), device('nd1')]]
      assert.is((devices[0] as { addresses: unknown[] }).addresses.length, 3)
      await body()
      await unchanged(before, root)
      assert.equal([device('nd0'), device('nd1')], devices)
    } finally {
      for (const end of ['nd0-peer', 'nd1-peer']) ip('link', 'delete', end)
    }
  })

type Devices = NonNullable<NonNullable<Changes['linux']>['netDevices']>
type Namespaces = NonNullable<NonNullable<Changes['linux']>['namespaces']>

function asked(netDevices: Devices, more: Changes = {}, path?: string): Changes {
  const network: Namespaces[number] = path === undefined ? { type: 'network' } : { type: 'network', path }
  return { linux: { namespaces: [{ type: 'pid' }, { type: 'mount' }, network], netDevices }, ...more }
}

const sh = (script: string) => ({
  path: '/bin/sh',
  args: ['sh', '-ec', script],
  env: ['PATH=/usr/sbin:/usr/bin:/sbin:/bin'],
  timeout: 10,
})
const eth0 = { nd0: { name: 'eth0' } }
const lines = 'link eth0: up, mtu 1300, MAC, 10.9.8.7/24, 10.9.8.6/24, fd09::7/64\nlink nd0: No such device\n'
const withoutMac = (text: string) => text.replaceAll(/([0-9a-f]{2}:){5}[0-9a-f]{2}/g, 'MAC')

law('a foreground run returns it', async () => {
  const bundle = await make(config(['link', 'eth0', 'link', 'nd0'], asked(eth0)))
  assert.is(withoutMac(succeeded(await ocits(['run', 'one', bundle]))), lines)
})

law('so does delete of a stopped, running or created container', async () => {
  const bundle = await make(config(['link', 'eth0', 'link', 'nd0', 'trap'], asked(eth0)))
  const out = (await ocits(['create', 'one', bundle])).out
  assert.is(device('nd0'), undefined)
  succeeded(await ocits(['delete', '--force', 'one']))
  assert.ok(device('nd0') !== undefined)

  const running = await ocits(['run', '--detach', 'one', bundle])
  await says(running.out, 'ready')
  assert.is(withoutMac(read(running.out)), `${lines}ready\n`)
  succeeded(await ocits(['kill', 'one', 'TERM']))
  await reaches(ocits, 'one', 'stopped')
  assert.is(device('nd0'), undefined) // kept alive without a process
  succeeded(await ocits(['delete', 'one']))
  assert.is(read(out), '')
})

law('two devices may exchange their names', async () => {
  const bundle = await make(
    config(['link', 'nd0', 'link', 'nd1'], asked({ nd0: { name: 'nd1' }, nd1: { name: 'nd0' } })),
  )
  const shown = withoutMac(succeeded(await ocits(['run', 'one', bundle])))
  assert.is(
    shown,
    'link nd0: up, mtu 1500, MAC, 10.9.7.7/24\nlink nd1: up, mtu 1300, MAC, 10.9.8.7/24, 10.9.8.6/24, fd09::7/64\n',
  )
})

law('a failed create returns it', async () => {
  const hooks = { createRuntime: [sh('exit 3')] }
  refused(
    await ocits(['create', 'one', await make(config(['pid'], asked({ ...eth0, nd1: {} }, { hooks })))]),
    'exit status 3',
  )
})

law('if the second device is missing, the first one returns', async () => {
  const bundle = await make(config(['pid'], asked({ ...eth0, nd9: {} })))
  refused(await ocits(['run', 'one', bundle]), 'config.json#/linux/netDevices/nd9', 'no such device', 'the host has no')
})

law('changes in the container stay inside: names and addresses', async () => {
  const change =
    'ip address flush dev eth0; ip link set eth0 down; ip link set eth0 name evil; ip address add 6.6.6.6/32 dev evil'
  const hooks = { createContainer: [sh(`${change}; ip link add eth0 type veth peer name other`)] }
  const bundle = await make(config(['link', 'evil'], asked(eth0, { hooks })))
  assert.is(withoutMac(succeeded(await ocits(['run', 'one', bundle]))), 'link evil: down, mtu 1300, MAC, 6.6.6.6/32\n')
})

law('if another device has taken the name, that one keeps it', async () => {
  const before = device('nd0')
  const bundle = await make(config(['pid'], asked(eth0)))
  succeeded(await ocits(['create', 'one', bundle]))
  ip('link', 'add', 'nd0', 'type', 'veth', 'peer', 'name', 'squatter')
  const { code, stderr } = await ocits(['delete', '--force', 'one'])
  assert.is(code, 0, stderr)
  assert.ok(stderr.includes('it came back as dev0') && stderr.includes('another device has taken its name'), stderr)
  assert.equal(device('dev0'), before)
  ip('link', 'delete', 'squatter')
  ip('link', 'set', 'dev0', 'down')
  ip('link', 'set', 'dev0', 'name', 'nd0')
  ip('link', 'set', 'nd0', 'up')
  ip('address', 'add', 'fd09::7/64', 'dev', 'nd0') // it was removed with `down`
})

law('delete returns the device from a joined namespace', async () => {
  ip('netns', 'add', 'ocits-nd')
  try {
    const bundle = await make(config(['link', 'eth0'], asked(eth0, {}, '/run/netns/ocits-nd')))
    succeeded(await ocits(['create', 'one', bundle]))
    assert.ok(ip('-n', 'ocits-nd', 'link', 'show').includes('eth0'))
    succeeded(await ocits(['delete', '--force', 'one']))
    assert.not(ip('-n', 'ocits-nd', 'link', 'show').includes('eth0'))
    ip('-n', 'ocits-nd', 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'other')
    const taken = await ocits(['create', 'one', bundle])
    refused(taken, 'config.json#/linux/netDevices/nd0', 'file exists', 'has a device of that name')
  } finally {
    ip('netns', 'delete', 'ocits-nd')
  }
})

law('another device that now has its name in a joined namespace stays there', async () => {
  const back = () => {
    const inside = ['-n', 'ocits-nd'] as const
    ip(...inside, 'link', 'set', 'eth0', 'down')
    ip(...inside, 'link', 'set', 'eth0', 'name', 'nd0', 'netns', '1')
    ip('link', 'set', 'nd0', 'up')
    ip(...inside, 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'other')
  }
  const kept = `${root}/one/device.eth0`
  const cases = {
    'another process has moved it out': () => back(),
    'it was never brought in': () => {
      back()
      rmSync(kept)
    },
    'it was about to be': () => {
      back()
      const bytes = readFileSync(kept)
      bytes.writeInt32LE(0, insideAt)
      writeFileSync(kept, bytes)
    },
  }
  for (const [what, happens] of Object.entries(cases)) {
    ip('netns', 'add', 'ocits-nd')
    try {
      const bundle = await make(config(['pid'], asked(eth0, {}, '/run/netns/ocits-nd')))
      succeeded(await ocits(['create', 'one', bundle]))
      happens()
      const before = device('nd0')
      succeeded(await ocits(['delete', '--force', 'one']))
      assert.ok(ip('-n', 'ocits-nd', 'link', 'show', 'eth0').includes('other'), what)
      assert.equal(device('nd0'), before, what)
    } finally {
      ip('netns', 'delete', 'ocits-nd')
    }
    ip('address', 'flush', 'dev', 'nd0')
    for (const address of addresses) ip('address', 'add', address, 'dev', 'nd0')
  }
})

law('a device that is bound to its namespace', async () => {
  refused(
    await ocits(['run', 'one', await make(config(['pid'], asked({ lo: { name: 'lo9' } })))]),
    'config.json#/linux/netDevices/lo',
    'invalid argument',
    'bound to its network namespace',
  )
})

law('with a user namespace the device also moves and returns', async () => {
  const maps = { uidMappings: [{ containerID: 0, hostID: 100000, size: 1 }] }
  const { namespaces = [], ...others } = asked(eth0).linux ?? {}
  const linux = {
    ...others,
    namespaces: [...namespaces, { type: 'user' as const }],
    ...maps,
    gidMappings: maps.uidMappings,
  }
  const bundle = await make(config(['link', 'eth0', 'link', 'nd0'], { linux }))
  chownSync(`${bundle}/rootfs`, 100000, 100000)
  assert.is(withoutMac(succeeded(await ocits(['run', 'one', bundle]))), lines)
})

law('delete returns the devices of a killed create', async () => {
  const begun = '/tmp/ocits-nd.hook'
  const hooks = { createRuntime: [{ path: '/bin/sh', args: ['sh', '-c', `echo $$ >${begun}; exec sleep 3600`] }] }
  const running = ocits(['create', 'one', await make(config(['pid'], asked(eth0, { hooks })))])
  const hook = () => Number(existsSync(begun) && readFileSync(begun, 'utf8'))
  assert.ok(await soon(() => hook() > 0))
  assert.is(device('nd0'), undefined)
  process.kill(running.pid, 'SIGKILL')
  await running
  process.kill(hook(), 'SIGKILL')
  succeeded(await ocits(['delete', '--force', 'one']))
})

law('delete --force without a readable record removes the folder and ends the network that it kept', async () => {
  ip('link', 'add', 'nd2', 'type', 'veth', 'peer', 'name', 'nd2-peer')
  const bundle = await make(config(['pid'], asked({ nd2: {} })))
  succeeded(await ocits(['--cgroup-manager', 'disabled', 'create', 'one', bundle]))
  const { pid } = await stateOf(ocits, 'one')
  for (const file of ['intent', 'state.json']) writeFileSync(`${root}/one/${file}`, 'x')
  process.kill(pid, 'SIGKILL')
  succeeded(await ocits(['delete', '--force', 'one']))
  assert.ok(await soon(() => device('nd2-peer') === undefined), 'the network of nd2 still exists')
})

law('a device whose namespace has ended is no error', async () => {
  ip('link', 'add', 'nd2', 'type', 'veth', 'peer', 'name', 'nd2-peer')
  ip('netns', 'add', 'ocits-nd')
  const bundle = await make(config(['pid'], asked({ nd2: {} }, {}, '/run/netns/ocits-nd')))
  succeeded(await ocits(['run', '--detach', '--keep', 'one', bundle]))
  await reaches(ocits, 'one', 'stopped')
  ip('netns', 'delete', 'ocits-nd')
  warned(await ocits(['delete', 'one']), 'net_return nd2 as nd2', 'ENODEV', 'it is gone')
})

/** A third device, `nd2`, made by words for ip(8), up and with addresses. What it is when it is there. */
function own(...words: readonly string[]): object {
  ip(...words)
  for (const address of ['10.9.6.7/24', 'fd06::7/64']) ip('address', 'add', address, 'dev', 'nd2', 'nodad')
  ip('link', 'set', 'nd2', 'up')
  return device('nd2') ?? {}
}

/** One end of a pair. */
const third = (...peer: readonly string[]) =>
  own('link', 'add', 'nd2', 'type', 'veth', 'peer', 'name', 'nd2-peer', ...peer)

/** Networks with a name, for as long as the body lasts. */
async function withNetworks(names: readonly string[], body: () => Promise<void>): Promise<void> {
  for (const name of names) ip('netns', 'add', name)
  try {
    await body()
  } finally {
    for (const name of names) ip('netns', 'delete', name)
  }
}

const pod = '/run/netns/ocits-nd'
const third0 = { nd2: { name: 'eth0' } }
const indexOf = (name: string) => JSON.parse(ip('-n', 'ocits-nd', '-json', 'link', 'show', name))[0].ifindex as number

law('a device that the container has made in its place stays there', async () => {
  const evil = (peer: string) => `ip link del eth0; ip link add evil index $i type veth peer name spy ${peer}`
  const create = [sh(`i=$(ip -o link show eth0 | cut -d: -f1); ${evil('')}; ip link set spy up`)]
  third()
  const bundle = await make(config(['pid'], asked(third0, { hooks: { createContainer: create } })))
  warned(await ocits(['run', 'one', bundle]), '/linux/netDevices/nd2', 'ESTALE', 'another device in its place')
  assert.equal([device('nd2'), device('evil')], [undefined, undefined])

  // The other end has the index of the former one, and is in another network than the host's.
  for (const peer of [
    ['index', '7'],
    ['index', 'SAME', 'netns', 'ocits-other'],
  ])
    await withNetworks(['ocits-nd', 'ocits-other'], async () => {
      third()
      const far = `${JSON.parse(ip('-json', 'link', 'show', 'nd2-peer'))[0].ifindex}`
      succeeded(await ocits(['create', 'one', await make(config(['pid'], asked(third0, {}, pod)))]))
      const index = indexOf('eth0')
      ip('-n', 'ocits-nd', 'link', 'delete', 'eth0')
      const words = peer.map((word) => (word === 'SAME' ? far : word))
      ip('-n', 'ocits-nd', 'link', 'add', 'evil', 'index', `${index}`, 'type', 'veth', 'peer', 'name', 'spy', ...words)
      warned(await ocits(['delete', '--force', 'one']), 'ESTALE', 'that one stays there')
      assert.equal([device('nd2'), device('evil')], [undefined, undefined])
      assert.is(indexOf('evil'), index)
    })
})

law('a device that the container has removed is told', async () => {
  third()
  const hooks = { createContainer: [sh('ip link del eth0')] }
  const bundle = await make(config(['pid'], asked(third0, { hooks })))
  warned(await ocits(['run', 'one', bundle]), '/linux/netDevices/nd2', 'ENODEV', 'has it no more')
})

law('what nothing tells from another device is back, but down and without addresses', () =>
  withNetworks(['ocits-far'], async () => {
    const bundle = await make(config(['pid'], asked(third0)))
    for (const make of [() => third('netns', 'ocits-far'), () => own('tuntap', 'add', 'nd2', 'mode', 'tap')]) {
      make()
      warned(await ocits(['run', 'one', bundle]), 'ENODATA', 'down and without its addresses')
      const { up, addresses } = device('nd2') as { up: boolean; addresses: unknown[] }
      assert.equal([up, addresses], [false, []])
      succeeded(await ocits(['run', 'one', bundle])) // there is nothing more to lose
      ip('link', 'delete', 'nd2')
    }
  }),
)

law(
  'what is made on a device of the host is known by it, and of some kinds it does not matter whose it is',
  async () => {
    const bundle = await make(config(['pid'], asked(third0)))
    for (const words of [
      ['link', 'nd0', 'nd2', 'type', 'macvlan'],
      ['nd2', 'type', 'ifb'],
    ]) {
      const before = own('link', 'add', ...words)
      succeeded(await ocits(['run', 'one', bundle]))
      assert.equal(device('nd2'), before)
      ip('link', 'delete', 'nd2')
    }
  },
)

law('both ends of a pair go, and come back', async () => {
  const before = third()
  const bundle = await make(
    config(['link', 'a', 'link', 'b'], asked({ nd2: { name: 'a' }, 'nd2-peer': { name: 'b' } })),
  )
  for (const word of ['run', 'create']) {
    succeeded(await ocits([word, 'one', bundle]))
    succeeded(await ocits(['delete', '--force', 'one']))
    assert.equal(device('nd2'), before)
    assert.ok(device('nd2-peer') !== undefined)
  }
  ip('link', 'delete', 'nd2')
})

law('another network at the path that was joined keeps its devices', () =>
  withNetworks(['ocits-nd'], async () => {
    third()
    succeeded(await ocits(['create', 'one', await make(config(['pid'], asked(third0, {}, pod)))]))
    const index = `${indexOf('eth0')}`
    succeeded(await ocits(['kill', 'one', 'KILL']))
    await reaches(ocits, 'one', 'stopped')
    const pair = ['index', index, 'type', 'veth', 'peer', 'name', 'other', 'index', '99']
    ip('netns', 'delete', 'ocits-nd')
    assert.ok(await soon(() => device('nd2-peer') === undefined), 'the network has ended')
    ip('netns', 'add', 'ocits-nd')
    ip('-n', 'ocits-nd', 'link', 'add', 'others', ...pair)
    ip('-n', 'ocits-nd', 'address', 'add', '203.0.113.7/24', 'dev', 'others')
    const before = ip('-n', 'ocits-nd', '-json', 'address', 'show')
    warned(await ocits(['delete', 'one']), 'ENODEV', 'it is gone')
    assert.is(ip('-n', 'ocits-nd', '-json', 'address', 'show'), before)
    assert.is(device('nd2'), undefined)
  }),
)

law('a delete in another network than that of create moves nothing', () =>
  withNetworks(['ocits-nd', 'ocits-engine'], async () => {
    succeeded(await ocits(['create', 'one', await make(config(['pid'], asked(eth0, {}, pod)))]))
    const elsewhere = ['nsenter', '--net=/run/netns/ocits-engine', ...ocits.command]
    warned(await run([...elsewhere, 'delete', '--force', 'one']), 'EXDEV', 'nothing was moved')
    assert.not(ip('-n', 'ocits-engine', 'link', 'show').includes('nd0'))
    ip('-n', 'ocits-nd', 'link', 'set', 'eth0', 'netns', '1')
    ip('link', 'set', 'eth0', 'name', 'nd0')
    ip('link', 'set', 'nd0', 'up')
    for (const address of addresses) ip('address', 'add', address, 'dev', 'nd0')
  }),
)

law('a device that the kernel does not move keeps all that it has', async () => {
  ip('link', 'add', 'nd2', 'type', 'bridge')
  ip('link', 'set', 'nd2', 'up')
  for (const address of ['10.9.6.7/24', 'fd06::7/64']) ip('address', 'add', address, 'dev', 'nd2', 'nodad')
  for (const route of [
    ['default', 'via', '10.9.6.1'],
    ['-6', 'fd05::/64', 'via', 'fd06::1'],
  ])
    ip(...route.filter((word) => word === '-6'), 'route', 'add', ...route.filter((word) => word !== '-6'), 'dev', 'nd2')
  const all = () => [device('nd2'), ip('route', 'show', 'dev', 'nd2'), ip('-6', 'route', 'show', 'dev', 'nd2')]
  const before = all()
  refused(await ocits(['create', 'one', await make(config(['pid'], asked({ nd2: {} })))]), 'EINVAL', 'bound to its')
  assert.equal(all(), before)
  ip('link', 'delete', 'nd2')
})

law('a name that is a pattern to the kernel is none', async () => {
  for (const devices of [{ nd0: { name: 'eth%d' } }, { 'nd%d': {} }])
    refused(await ocits(['create', 'one', await make(config(['pid'], asked(devices)))]), 'invalid network device name')
})

law('an address that it cannot get back keeps it neither down nor from the others', async () => {
  const back = () => ip('address', 'show', 'dev', 'nd0')
  const without = '/proc/sys/net/ipv6/conf/default/disable_ipv6'
  const bundle = await make(config(['pid'], asked(eth0)))
  succeeded(await ocits(['create', 'one', bundle]))
  writeFileSync(without, '1')
  warned(await ocits(['delete', '--force', 'one']), 'EACCES')
  writeFileSync(without, '0')
  assert.ok(/10\.9\.8\.7[\s\S]*10\.9\.8\.6/.test(back()) && /[<,]UP[,>]/.test(back()), back())
  writeFileSync('/proc/sys/net/ipv6/conf/nd0/disable_ipv6', '0')
  ip('address', 'add', 'fd09::7/64', 'dev', 'nd0', 'nodad')

  succeeded(await ocits(['create', 'one', bundle]))
  const record = `${root}/one/device.eth0`
  const bytes = readFileSync(record)
  bytes.writeUInt8(255, familyAt)
  writeFileSync(record, bytes)
  warned(await ocits(['delete', '--force', 'one']), 'EOPNOTSUPP')
  assert.ok(
    !back().includes('10.9.8.7') && /10\.9\.8\.6[\s\S]*fd09::7/.test(back()) && /[<,]UP[,>]/.test(back()),
    back(),
  )
  ip('address', 'flush', 'dev', 'nd0', 'scope', 'global')
  for (const address of addresses) ip('address', 'add', address, 'dev', 'nd0', 'nodad')
})

law('a kill at any message to the kernel, of a create or of a delete, loses nothing', async () => {
  const before = device('nd0')
  const bundle = await make(config(['pid'], asked(eth0)))
  const create = [...ocits.command, 'create', 'one', bundle]
  const remove = [...ocits.command, 'delete', '--force', 'one']
  const sent = (places: readonly Place[]) => places.filter(({ name, process }) => name === 'sendto' && process === '0')
  const creating = sent((await recorded(create)).places)
  const removing = sent((await recorded(remove)).places)
  assert.ok(creating.length > 8 && removing.length > 8, `${creating.length}, ${removing.length}`)
  for (const place of creating) {
    assert.ok((await withFault(create, place, 'kill')).hit, `create ${place.nth}`)
    succeeded(await ocits(['delete', '--force', 'one']))
    assert.equal(device('nd0'), before, `create ${place.nth}`)
  }
  for (const place of removing) {
    succeeded(await ocits(['create', 'one', bundle]))
    assert.ok((await withFault(remove, place, 'kill')).hit, `delete ${place.nth}`)
    succeeded(await ocits(['delete', '--force', 'one']))
    assert.equal(device('nd0'), before, `delete ${place.nth}`)
  }
})

test.run()
