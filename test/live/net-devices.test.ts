import { execFileSync } from 'node:child_process'
import { chownSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { binary, runtime } from '../harness/binding.ts'
import { read } from '../harness/bundle.ts'
import { reaches, says, soon, stateOf } from '../harness/life.ts'
import { live } from '../harness/live.ts'
import { type Changes, config, make } from '../harness/make.ts'
import { refused, succeeded } from '../harness/outcome.ts'
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
      bytes.writeInt32LE(0, 8) // `inside` of native/parent/net_move.h
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
  succeeded(await ocits(['delete', 'one']))
})

test.run()
