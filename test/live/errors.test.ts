import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import type { Spec } from '../../src/spec/spec.ts'
import { aside, bindings, runtime } from '../harness/binding.ts'
import { live } from '../harness/live.ts'
import { type Changes, config, make, proc } from '../harness/make.ts'
import { refused, succeeded } from '../harness/outcome.ts'
import { traces, unchanged } from '../harness/traces.ts'

const root = '/run/ocits-errors'

/** Bundles that are refused, with the message, which begins with the pointer. */
const bundles: Readonly<Record<string, readonly [words: readonly string[], bundle: () => Promise<string>]>> = {
  'a folder that is not there': [['/no/such/bundle', 'no such file or directory'], async () => '/no/such/bundle'],
  'no config.json': [['config.json not found'], () => without('config.json')],
  'a config.json that is a folder': [['config.json'], () => insteadOf('config.json', (path) => mkdirSync(path))],
  'broken JSON': [['config.json'], () => make('{ "ociVersion": "1.3.0", ')],
  'an empty config.json': [['config.json'], () => make('')],
  'a config that is no object': [['config.json'], () => make('[]')],
  'args that are a word': [['config.json#/process/args'], () => mistyped('process', { args: 'sh', cwd: '/' })],
  'a mount that is a number': [['config.json#/mounts/0'], () => mistyped('mounts', [1])],
  'an id beyond 2^53 that is not exact': [
    ['config.json#/process/user/uid'],
    () => mistyped('process', { args: ['/probe'], cwd: '/', user: { uid: 1e300, gid: 0 } }),
  ],
  'no args': [['config.json#/process/args', 'args must not be empty'], () => changed({ process: { args: [] } })],
  'a rootfs that is not there': [['config.json#/root/path'], () => without('rootfs')],
  'a rootfs that is a symlink': [
    ['config.json#/root/path', 'symlink'],
    () => insteadOf('rootfs', (path) => symlinkSync('/usr', path)),
  ],
  'a rootfs that is a file': [
    ['config.json#/root/path', 'not a directory'],
    () => insteadOf('rootfs', (path) => writeFileSync(path, '')),
  ],
  'a program that is not there': [
    ['config.json#/process/args', '/nothing', 'no such file or directory'],
    () => changed({ process: { args: ['/nothing'] } }),
  ],
  'a program that PATH does not have': [
    ['config.json#/process/args', 'nothing', 'executable file not found in $PATH'],
    () => changed({ process: { args: ['nothing'], env: ['PATH=/bin:/'] } }),
  ],
  'a program that may not be executed': [
    ['config.json#/process/args', 'exec: "/known": permission denied: it exists, but may not be executed'],
    () => changed({ process: { args: ['/known'] } }),
  ],
  'a program below a folder that this user may not search': [
    ['config.json#/process/args', 'exec: "/closed/probe": permission denied'],
    async () => {
      const bundle = await changed({ process: { args: ['/closed/probe'], user: { uid: 7, gid: 7 } } })
      mkdirSync(`${bundle}/rootfs/closed`, { mode: 0o700 })
      cpSync(`${bundle}/rootfs/probe`, `${bundle}/rootfs/closed/probe`)
      return bundle
    },
  ],
  'a program without a name': [
    ['config.json#/process/args/0', 'exec: "": executable file not found in $PATH: the name is empty'],
    () => changed({ process: { args: ['', 'x'] } }),
  ],
  'a number in words': [
    ['config.json#/linux/resources/memory/limit', 'not "512m": in bytes that is 536870912'],
    () => mistyped('linux', { resources: { memory: { limit: '512m' } } }),
  ],
  'a word that is none of a list': [
    ['config.json#/linux/namespaces/0/type', 'not "net"', 'Expected one of mount, pid, network'],
    () => mistyped('linux', { namespaces: [{ type: 'net' }] }),
  ],
  "docker's config of an image": [
    ["config.json: this is docker's image config, not an OCI bundle's", 'ocits spec'],
    () => make(JSON.stringify({ architecture: 'amd64', os: 'linux', config: {}, rootfs: { type: 'layers' } })),
  ],
  'an unknown rlimit': [
    ['config.json#/process/rlimits/0/type', 'RLIMIT_NOTHING'],
    () => changed({ process: { rlimits: [{ type: 'RLIMIT_NOTHING', soft: 1, hard: 1 }] } }),
  ],
  'a working directory that is a file': [
    ['config.json#/process/cwd', 'not a directory'],
    () => changed({ process: { cwd: '/known' } }),
  ],
  'a mount source that is not there': [
    ['config.json#/mounts/1', 'no such file or directory'],
    () => changed({ mounts: [proc, { destination: '/x', source: '/no/such/source', options: ['bind'] }] }),
  ],
  'a folder bound onto a file': [
    ['config.json#/mounts/1', 'not a directory', 'a directory goes only on a directory'],
    () => changed({ mounts: [proc, { destination: '/known', source: '/usr', options: ['bind'] }] }),
  ],
  'a file bound onto a folder': [
    ['config.json#/mounts/2', 'ENOTDIR (not a directory)', 'a file only on a file'],
    () =>
      changed({
        mounts: [
          proc,
          { destination: '/d', type: 'tmpfs', source: 't' },
          { destination: '/d', source: '/etc/passwd', options: ['bind'] },
        ],
      }),
  ],
  'a file system on a file': [
    ['config.json#/mounts/1', 'not a directory', 'is a file'],
    () => changed({ mounts: [proc, { destination: '/known', type: 'tmpfs', source: 'tmpfs' }] }),
  ],
  'a mount of type none that binds nothing': [
    ['config.json#/mounts/1/type', 'no such device'],
    () => changed({ mounts: [proc, { destination: '/x', type: 'none', source: '/usr', options: ['ro'] }] }),
  ],
  'a mount over /proc/self': [
    ['config.json#/mounts/1/destination', 'cannot be mounted because it is inside /proc'],
    () => changed({ mounts: [proc, { destination: '/proc/self', type: 'tmpfs', source: 'tmpfs' }] }),
  ],
  'a tmpfs over /proc': [
    ['config.json#/mounts/0/destination', 'cannot be mounted because it is not of type proc'],
    () => changed({ mounts: [{ destination: '/a/..//proc/.', type: 'tmpfs', source: 'tmpfs' }] }),
  ],
  'an unknown file system': [
    ['config.json#/mounts/1', 'no such device'],
    () => changed({ mounts: [proc, { destination: '/x', type: 'nothingfs', source: 'x' }] }),
  ],
  'an unknown option of a file system': [
    ['config.json#/mounts/1'],
    () => changed({ mounts: [proc, { destination: '/x', type: 'tmpfs', source: 'x', options: ['nothing=1'] }] }),
  ],
  'a namespace path that is not there': [
    ['config.json#/linux/namespaces/1', 'no such file or directory'],
    () => namespaces({ type: 'network', path: '/no/such/namespace' }),
  ],
  'a namespace path that is a device': [
    ['config.json#/linux/namespaces/1'],
    () => namespaces({ type: 'network', path: '/dev/null' }),
  ],
  'a namespace path that is a file': [
    ['config.json#/linux/namespaces/1'],
    () => namespaces({ type: 'network', path: '/etc/passwd' }),
  ],
  'a namespace of the wrong type': [
    ['config.json#/linux/namespaces/1'],
    () => namespaces({ type: 'network', path: '/proc/self/ns/uts' }),
  ],
  'a namespace type twice': [
    ['config.json#/linux/namespaces/2', 'duplicated ns'],
    () => namespaces({ type: 'uts' }, { type: 'uts' }),
  ],
  'a host name without a uts namespace': [['config.json#/hostname'], () => changed({ hostname: 'x' })],
  'a sysctl of which the kernel would take a part': [
    ['config.json#/linux/sysctl/net.ipv4.ip_forward', 'the kernel took only a part of the value'],
    () => linux({ namespaces: [{ type: 'network' }], sysctl: { 'net.ipv4.ip_forward': '1 0' } }),
  ],
  'a sysctl of several lines': [
    ['config.json#/linux/sysctl/kernel.domainname', 'the kernel would take a part of it'],
    () => linux({ namespaces: [{ type: 'uts' }], sysctl: { 'kernel.domainname': 'a\nb' } }),
  ],
  'a sysctl of the machine': [
    ['config.json#/linux/sysctl/kernel.core_pattern'],
    () => linux({ sysctl: { 'kernel.core_pattern': '|/x' } }),
  ],
  'the same in disguise': [
    ['config.json#/linux/sysctl/net~1..~1kernel~1core_pattern'],
    () => linux({ namespaces: [{ type: 'network' }], sysctl: { 'net/../kernel/core_pattern': '|/x' } }),
  ],
  'a sysctl of the machine’s network': [
    ['config.json#/linux/sysctl/net.ipv4.ip_forward', 'not allowed in host network namespace'],
    () => linux({ sysctl: { 'net.ipv4.ip_forward': '1' } }),
  ],
  'a cgroup above': [['config.json#/linux/cgroupsPath'], () => linux({ cgroupsPath: '/a/../../x' })],
  'a cgroup with a line break': [['config.json#/linux/cgroupsPath'], () => linux({ cgroupsPath: '/a\nb' })],
  'a class of cache that this machine cannot have': [
    ['config.json#/linux/intelRdt'],
    () => linux({ intelRdt: { closID: 'class', l3CacheSchema: 'L3:0=f' } }),
  ],
  'a hook that fails': [
    ['config.json#/hooks/createRuntime/1', 'what it said'],
    () => changed({ hooks: { createRuntime: [{ path: '/bin/true' }, shell('echo what it said >&2; exit 3')] } }),
  ],
  'a hook that hangs': [
    ['config.json#/hooks/prestart/0', 'timeout'],
    () => changed({ hooks: { prestart: [{ ...shell('sleep 60 & sleep 60'), timeout: 1 }] } }),
  ],
  'a hook that is not there': [
    ['config.json#/hooks/createContainer/0', '/no/such/hook', 'no such file or directory'],
    () => changed({ hooks: { createContainer: [{ path: '/no/such/hook' }] } }),
  ],
}

const shell = (script: string) => ({ path: '/bin/sh', args: ['sh', '-c', script], env: ['PATH=/usr/bin:/bin'] })
const changed = (changes: Changes) => make(config(['id'], changes))
const mistyped = (key: keyof Spec, value: unknown) => make(JSON.stringify({ ...config(['id']), [key]: value }))
const own = [{ type: 'mount' }] as const
type Linux = NonNullable<Spec['linux']>
const linux = (changes: Linux) =>
  changed({ linux: { ...changes, namespaces: [...own, ...(changes.namespaces ?? [])] } })
const namespaces = (...list: NonNullable<Linux['namespaces']>) => linux({ namespaces: list })
const without = (name: string) => insteadOf(name, () => undefined)

async function insteadOf(name: string, put: (path: string) => void): Promise<string> {
  const bundle = await changed({})
  rmSync(`${bundle}/${name}`, { recursive: true })
  put(`${bundle}/${name}`)
  return bundle
}

for (const binding of bindings)
  for (const [index, [name, [words, bundle]]] of Object.entries(bundles).entries())
    live(`${binding.name}: ${name} is refused`, async () => {
      const ocits = runtime(binding, root)
      const id = `refused-${index}`
      const path = await bundle()
      const before = traces(root)
      refused(await ocits(['create', '--bundle', path, id]), ...words)
      await unchanged(before, root)
      refused(await aside(ocits)(['run', '--bundle', path, id]), ...words)
      await unchanged(before, root)
    })

const notify: NonNullable<Linux['seccomp']> = {
  defaultAction: 'SCMP_ACT_ALLOW',
  listenerPath: '/no/agent',
  syscalls: [{ names: ['mkdir'], action: 'SCMP_ACT_NOTIFY' }],
}

for (const binding of bindings)
  live(`${binding.name}: the error of run and start for a missing seccomp agent has runc’s words`, async () => {
    const ocits = runtime(binding, root)
    const words = [
      'config.json#/linux/seccomp/listenerPath: failed to connect with seccomp agent specified in the seccomp profile: /no/agent: ENOENT',
      'is the agent running?',
    ]
    const path = await linux({ seccomp: notify })
    const before = traces(root)
    refused(await ocits(['run', '--bundle', path, 'unheard']), ...words)
    await unchanged(before, root)
    succeeded(await ocits(['create', '--bundle', path, 'unheard']))
    refused(await ocits(['start', 'unheard']), ...words)
    succeeded(await ocits(['delete', '--force', 'unheard']))
    await unchanged(before, root)
  })

test.run()
