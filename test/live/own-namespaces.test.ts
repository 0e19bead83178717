import { mkdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { namespaces } from '../../src/kernel/namespaces.ts'
import type { Linux, NamespaceType } from '../../src/spec/linux.ts'
import { binary, bindings, type Runtime } from '../harness/binding.ts'
import { lawsOf } from '../harness/laws.ts'
import { type Changes, config, make } from '../harness/make.ts'
import { refused, succeeded } from '../harness/outcome.ts'
import { must, run } from '../harness/run.ts'

// If a namespace path leads to the runtime's own namespace, it is the host's, whatever its name: fields that need a namespace of the
// container are refused, and nothing outside changes.

const root = '/run/ocits-own-namespaces'
const types = Object.keys(namespaces) as NamespaceType[]
const fileOf = (type: NamespaceType) => namespaces[type].file.replace('_for_children', '')
const linkOf = (type: NamespaceType) => readlinkSync(`/proc/self/ns/${fileOf(type)}`)

/** The names of a namespace of this process, and so of the runtime. */
const names: Readonly<Record<string, (type: NamespaceType) => string>> = {
  '/proc/self': (type) => `/proc/self/ns/${fileOf(type)}`,
  '/proc/PID': (type) => `/proc/${process.pid}/ns/${fileOf(type)}`,
  'a pin': (type) => {
    // The kernel pins no mount namespace in itself (mount_namespaces(7)): a link leads there as well.
    return type === 'mount' ? `/proc/${process.pid}/root/proc/self/ns/mnt` : `/run/pin-${type}`
  },
}

for (const type of types.filter((each) => each !== 'mount')) {
  writeFileSync(`/run/pin-${type}`, '')
  await must(['mount', '--bind', `/proc/${process.pid}/ns/${fileOf(type)}`, `/run/pin-${type}`])
}

/** A container with this one namespace by its path, and with the new ones of other types that it needs. */
function asking(type: NamespaceType, path: string, { linux, ...changes }: Changes = {}, args = ['id']) {
  const others = (['pid', 'mount'] as const).filter((each) => each !== type).map((each) => ({ type: each }))
  const own: Linux = { ...linux, namespaces: [...others, { type, path }] }
  return make(
    config(args, { mounts: [{ destination: '/proc', type: 'proc', source: 'proc' }], ...changes, linux: own }),
  )
}

/** The fields that need an own namespace of each type: the message of the refusal, the pointer, and the config. */
const asked: Readonly<Record<NamespaceType, readonly (readonly [pointer: string, words: string, changes: Changes])[]>> =
  {
    network: [
      [
        '/linux/sysctl/net.ipv4.ip_forward',
        'not allowed in host network namespace',
        { linux: { sysctl: { 'net.ipv4.ip_forward': '1' } } },
      ],
      [
        '/linux/sysctl/net~1ipv4~1ip_forward',
        'not allowed in host network',
        { linux: { sysctl: { 'net/ipv4/ip_forward': '1' } } },
      ],
      ['/linux/netDevices', 'without a private NET namespace', { linux: { netDevices: { lo: { name: 'other' } } } }],
    ],
    uts: [
      ['/hostname', 'without a private UTS namespace', { hostname: 'changed' }],
      ['/domainname', 'without a private UTS namespace', { domainname: 'changed' }],
      [
        '/linux/sysctl/kernel.domainname',
        'not in a separate kernel namespace',
        { linux: { sysctl: { 'kernel.domainname': 'changed' } } },
      ],
    ],
    ipc: [
      [
        '/linux/sysctl/kernel.shmmni',
        'not in a separate kernel namespace',
        { linux: { sysctl: { 'kernel.shmmni': '17' } } },
      ],
      [
        '/linux/sysctl/kernel.msgmax',
        'not in a separate kernel namespace',
        { linux: { sysctl: { 'kernel.msgmax': '17' } } },
      ],
      [
        '/linux/sysctl/fs.mqueue.msg_max',
        'not in a separate kernel namespace',
        { linux: { sysctl: { 'fs.mqueue.msg_max': '17' } } },
      ],
    ],
    user: [
      ...(['uidMappings', 'gidMappings'] as const).map((key): [string, string, Changes] => [
        `/linux/${key}`,
        'nothing is mapped in a user namespace that is there already',
        { linux: { [key]: [{ containerID: 0, hostID: 100_000, size: 65_536 }] } },
      ]),
      [
        '/linux/sysctl/user.max_pid_namespaces',
        'not in a separate kernel namespace',
        { linux: { sysctl: { 'user.max_pid_namespaces': '17' } } },
      ],
    ],
    time: [
      [
        '/linux/timeOffsets',
        'both namespace path and time offsets specified',
        { linux: { timeOffsets: { boottime: { secs: 5 } } } },
      ],
    ],
    mount: [
      ['/linux/maskedPaths', 'without a private MNT namespace', { linux: { maskedPaths: ['/proc/kcore'] } }],
      ['/linux/readonlyPaths', 'without a private MNT namespace', { linux: { readonlyPaths: ['/proc/sys'] } }],
    ],
    pid: [],
    cgroup: [],
  }

/** Everything that a container could have changed here. */
const outside = () =>
  [
    'net/ipv4/ip_forward',
    'kernel/hostname',
    'kernel/domainname',
    'kernel/shmmni',
    'kernel/msgmax',
    'fs/mqueue/msg_max',
    'user/max_pid_namespaces',
  ].map((name) => readFileSync(`/proc/sys/${name}`, 'utf8'))

async function refuses(ocits: Runtime, type: NamespaceType, path: string): Promise<void> {
  for (const [pointer, words, changes] of asked[type]) {
    const before = outside()
    const result = await ocits(['run', '--bundle', await asking(type, path, changes), 'x'])
    refused(result, `config.json#${pointer}: `, words)
    // Clocks cannot be set in a joined time namespace.
    if (type !== 'time') refused(result, `the runtime itself is in ${path}`)
    assert.equal(outside(), before)
  }
}

async function shares(ocits: Runtime, type: NamespaceType, path: string): Promise<void> {
  const bundle = await asking(type, path, {}, ['ns'])
  writeFileSync(`${bundle}/rootfs/known`, types.map((each) => `host ${linkOf(each)}\n`).join(''))
  const printed = succeeded(await ocits(['run', '--bundle', bundle, 'x']))
  assert.match(printed, new RegExp(`^ns ${fileOf(type)}: host$`, 'm'))
  for (const each of ['pid', 'mount'] as const)
    if (each !== type) assert.match(printed, new RegExp(`^ns ${fileOf(each)}: own$`, 'm'))
}

for (const binding of bindings) {
  const law = lawsOf(binding, root)
  for (const type of types) {
    for (const [name, pathOf] of Object.entries(names)) {
      // Node starts slowly: it tests one name, and the static executable tests all of them.
      if (binding !== binary && name !== 'a pin') continue
      law(`${type} of the runtime, as ${name}, is the host's`, async (ocits) => {
        await shares(ocits, type, pathOf(type))
        await refuses(ocits, type, pathOf(type))
      })
    }
  }
}

const law = lawsOf(binary, root)

law('settings in a foreign namespace are made only there', async (ocits) => {
  const other = run(['unshare', '--net', '--uts', '--ipc', 'sleep', '60'])
  try {
    const changed = () => readlinkSync(`/proc/${other.pid}/ns/net`) !== linkOf('network')
    while (!changed()) await new Promise((resolve) => setTimeout(resolve, 10))
    const path = (file: string) => `/proc/${other.pid}/ns/${file}`
    const before = outside()
    const names = ['net.ipv4.ip_forward', 'kernel.shmmni'] as const
    const bundle = await make(
      config(['read', '/proc/sys/net/ipv4/ip_forward', 'read', '/proc/sys/kernel/shmmni', 'names'], {
        hostname: 'theirs',
        linux: {
          namespaces: [
            ...(['pid', 'mount'] as const).map((type) => ({ type })),
            { type: 'network', path: path('net') },
            { type: 'uts', path: path('uts') },
            { type: 'ipc', path: path('ipc') },
          ],
          sysctl: { [names[0]]: '1', [names[1]]: '17' },
        },
      }),
    )
    const printed = succeeded(await ocits(['run', '--bundle', bundle, 'x']))
    assert.match(printed, /ip_forward: 1\n.*shmmni: 17\nhostname theirs\n/)
    assert.equal(outside(), before)
  } finally {
    process.kill(other.pid)
    await other
  }
})

law('a program whose path leads to the namespace of the runtime when it runs is refused', async (ocits) => {
  const pin = '/run/pin-later'
  writeFileSync(pin, '')
  const before = outside()
  const bundle = await asking('network', pin, { linux: { sysctl: { 'net.ipv4.ip_forward': '1' } } })
  await must(['unshare', '--net', 'sh', '-c', `mount --bind /proc/self/ns/net ${pin}`])
  const program = `${bundle}/program`
  try {
    succeeded(await ocits(['compile', '--bundle', bundle, '--output', program]))
  } finally {
    await must(['umount', pin])
  }
  await must(['mount', '--bind', '/proc/self/ns/net', pin])
  try {
    refused(await ocits(['run', '--program', program, 'x']), 'EPERM', 'the namespace of the runtime itself')
  } finally {
    await must(['umount', pin])
  }
  assert.equal(outside(), before)
})

mkdirSync(root, { recursive: true })
test.run()
