import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { binary, bindings, type Runtime } from '../harness/binding.ts'
import { bundle, read, shipped, within } from '../harness/bundle.ts'
import { reaches, says, stateOf } from '../harness/life.ts'
import { live } from '../harness/live.ts'
import { type Changes, config, make } from '../harness/make.ts'
import { refused, succeeded } from '../harness/outcome.ts'
import { must, run } from '../harness/run.ts'
import { traces, unchanged } from '../harness/traces.ts'
import { asUser, home, makeUser, ranges, uid, userRoot, userRuntime } from '../harness/user.ts'

// Containers of a user without root rights, who runs the executable directly, with and without newuidmap(1).

await makeUser()
const ocits = userRuntime(binary)

const law = (name: string, body: () => Promise<void>, limit?: number): void =>
  live(
    name,
    async () => {
      ranges('user:100000:65536\n')
      const before = traces(userRoot)
      await body()
      await unchanged(before, userRoot)
    },
    limit,
  )

const own = [{ containerID: 0, hostID: uid, size: 1 }]
const many = [...own, { containerID: 1, hostID: 100_000, size: 65_535 }]
const types = ['user', 'mount', 'pid'] as const

/** A bundle whose container's root is the user, who owns its image. */
async function mine(
  args: readonly string[],
  changes: Changes = {},
  ids: readonly { size: number }[] = own,
): Promise<string> {
  const linux = {
    namespaces: types.map((type) => ({ type })),
    uidMappings: ids as typeof own,
    gidMappings: ids as typeof own,
    ...changes.linux,
  }
  return owned(await make(config(args, { ...changes, linux })))
}

async function owned(path: string): Promise<string> {
  await must(['chown', '-R', `${uid}:${uid}`, path])
  return path
}

for (const binding of bindings)
  for (const name of ['rootless', 'rootless-ranges'])
    law(`${binding.name}: ${name} has the same output for a user as for root`, async () => {
      const runtime = userRuntime(binding)
      const made = await bundle(name)
      await within(made, runtime, async () => {
        const { out, ...created } = await runtime(['create', '--bundle', made.path, name])
        assert.is(succeeded({ out, ...created }), '')
        assert.is((await stateOf(runtime, name)).status, 'created')
        assert.is(succeeded(await runtime(['start', name])), '')
        await reaches(ocits, name, 'stopped')
        assert.is(read(out), read(`${shipped(name)}/expect.txt`))
        assert.is(succeeded(await runtime(['delete', name])), '')
      })
    })

law('the state is in a folder that only the user can reach, and that is never cleaned up', async () => {
  const path = await mine(['trap'])
  const { out } = await ocits(['create', '--bundle', path, 'kept'])
  const { uid: owner, mode } = statSync(userRoot)
  assert.equal([owner, (mode & 0o7777).toString(8)], [uid, '1700'])
  succeeded(await ocits(['start', 'kept']))
  await says(out, 'ready')
  assert.match(succeeded(await ocits(['list'])), /kept +\d+ +running .* user\n/)
  refused(await run([...binary.command, '--root', userRoot, 'state', 'kept']), 'the state root', 'of this user')
  succeeded(await ocits(['kill', 'kept']))
  await reaches(ocits, 'kept', 'stopped')
  succeeded(await ocits(['delete', 'kept']))
})

law('a state root of somebody else is refused', async () => {
  mkdirSync(`${home}/foreign`, { mode: 0o777 })
  const command = [...binary.command, '--root', `${home}/foreign`, 'run', '--bundle', await mine(['id']), 'x']
  refused(await asUser(command), 'the state root', 'of this user')
  const env = { PATH: '', USER: 'user' }
  refused(await asUser([...binary.command, 'list'], { env }), 'XDG_RUNTIME_DIR is not set', '--root')
})

for (const name of ['rootless', 'rootless-ranges'])
  law(`${name}: every failing step is named, and nothing is left`, () => failing(name), 240_000)

/** `run --program` as the user, with each step failing. */
async function failing(name: string): Promise<void> {
  const made = await bundle(name)
  await within(made, ocits, async () => {
    await owned(made.path)
    await within(made, ocits, async () => undefined) // the prepared owners
    const file = `${made.path}/program`
    succeeded(await ocits(['compile', made.path, '-o', file]))
    const program = readFileSync(file)
    const labels: readonly (readonly [string, string])[] = JSON.parse(
      program.subarray(program.readUInt32LE(8) + 4).toString(),
    )
    const before = traces(userRoot)
    for (const [index, [pointer, line]] of labels.entries()) {
      program.writeUInt32LE(index, 16)
      writeFileSync(file, program)
      const { stdout: _, ...result } = await ocits(['run', '--program', file, name])
      refused({ ...result, stdout: '' }, pointer === '' ? line : `config.json#${pointer}`, 'input/output error')
      await unchanged(before, userRoot, `step ${index}, ${line}`)
    }
  })
}

law('if a user cannot have something, the error comes before anything is made', async () => {
  const tmpfs = { destination: '/t', type: 'tmpfs', source: 'tmpfs', options: ['mode=700', 'gid=5'] }
  const linux = { namespaces: types.map((type) => ({ type })) }
  const limited = { ...linux, resources: { pids: { limit: 5 } } }
  for (const [path, ...words] of [
    [await owned(await make(config(['id']))), '#/linux/namespaces', 'rootless container requires user namespaces'],
    [await mine(['id'], { mounts: [tmpfs] }), '#/mounts/0/options/1', 'gid 5 is not mapped'],
    [await mine(['id'], { linux: limited }), '#/linux/resources/pids/limit', 'run as root, or where a cgroup is'],
    [await mine(['id'], { process: { user: { uid: 0, gid: 0, additionalGids: [0] } } }), 'cannot set any additional'],
    [await mine(['id'], {}, []), 'no namespace path to join nor mappings to apply specified'],
  ] as const)
    refused({ ...firstLine(await ocits(['run', '--bundle', path, 'refused'])) }, ...words)
  const unlimited = { ...linux, resources: { pids: { limit: -1 }, devices: [{ allow: false, access: 'rwm' }] } }
  succeeded(await ocits(['run', '--bundle', await mine(['id'], { linux: unlimited }), 'unlimited']))
})

const firstLine = <R extends { readonly stderr: string }>(result: R): R => ({
  ...result,
  stderr: result.stderr.slice(0, result.stderr.indexOf('\n') + 1),
})

law('the message of the kernel or of newuidmap is part of the error, with the cure', async () => {
  const raised = { rlimits: [{ type: 'RLIMIT_NOFILE', soft: 5, hard: 2_000_000 }] }
  const others = [{ containerID: 0, hostID: 200_000, size: 10 }]
  const range = 'newgidmap: gid range [0-10) -> [200000-200010) not allowed'
  refused(await ocits(['run', '--bundle', await mine(['id'], {}, others), 'x']), range, '/etc/subuid')
  refused(await ocits(['run', '--bundle', await mine(['id'], { process: raised }), 'x']), 'only CAP_SYS_RESOURCE')
  ranges('')
  refused(await ocits(['run', '--bundle', await mine(['id'], {}, many), 'x']), 'newgidmap: gid range', '/etc/subgid')
  succeeded(await ocits(['run', '--bundle', await mine(['id'], {}, own), 'x']))
  const path = await mine(['id'], {}, many)
  const script = `mkdir /tmp/few && cp /usr/bin/setpriv /usr/bin/env /tmp/few && mount --bind /tmp/few /usr/bin && exec "$@"`
  const asUser = ['setpriv', '--reuid', `${uid}`, '--regid', `${uid}`, '--clear-groups']
  const command = [...asUser, 'env', `XDG_RUNTIME_DIR=${home}`, ...binary.command, 'run', '--bundle', path, 'x']
  refused(await run(['unshare', '--mount', 'sh', '-c', script, 'sh', ...command]), '/usr/bin/newgidmap', 'uidmap')
})

law('a lower oom score is not set, with a warning; a higher one is', async () => {
  const score = ['read', '/proc/self/oom_score_adj']
  const { code, stdout, stderr } = await ocits(['run', '-b', await mine(score, { process: { oomScoreAdj: -9 } }), 'x'])
  assert.equal([code, stdout], [0, '/proc/self/oom_score_adj: 0\n'])
  assert.match(stderr, /^ocits: warning: config.json#\/process\/oomScoreAdj: .*EACCES.*\n$/)
  const higher = await mine(score, { process: { oomScoreAdj: 9 } })
  assert.is(succeeded(await ocits(['run', '-b', higher, 'x'])), '/proc/self/oom_score_adj: 9\n')
})

law('the namespaces of a container of the same user can be joined', async () => {
  const all = [...types, 'network', 'ipc', 'uts'] as const
  const linux = { namespaces: all.map((type) => ({ type })) }
  const { out } = await ocits(['create', '-b', await mine(['trap'], { hostname: 'first', linux }, many), 'first'])
  succeeded(await ocits(['start', 'first']))
  await says(out, 'ready')
  const { pid } = await stateOf(ocits, 'first')
  const files = { user: 'user', network: 'net', ipc: 'ipc', uts: 'uts', pid: 'pid' } as const
  const joined = Object.entries(files).map(([type, file]) => ({
    type: type as keyof typeof files,
    path: `/proc/${pid}/ns/${file}`,
  }))
  const second = config(['pid', 'names', 'id', 'net'], { linux: { namespaces: [...joined, { type: 'mount' }] } })
  const printed = succeeded(await ocits(['run', '-b', await owned(await make(second)), 'second']))
  assert.match(printed, /^pid 2, parent 0, .*\nhostname first\n/)
  assert.match(printed, /\nuid 0 0 0\ngid 0 0 0\ngroups\n/)
  succeeded(await ocits(['delete', '--force', 'first']))
})

law('in the pid namespace of the host: settings, kill and delete', async () => {
  const namespaces = (['user', 'mount', 'ipc'] as const).map((type) => ({ type }))
  const sysctl = { 'kernel.msgmax': '4321' }
  const path = await mine(['read', '/proc/sys/kernel/msgmax', 'trap'], { linux: { namespaces, sysctl } })
  for (const end of [
    ['kill', 'host', 'KILL'],
    ['delete', '--force', 'host'],
  ]) {
    const { out } = await ocits(['create', '-b', path, 'host'])
    succeeded(await ocits(['start', 'host']))
    await says(out, 'ready')
    assert.match(read(out), /^\/proc\/sys\/kernel\/msgmax: 4321\n/)
    refused(await ocits(['delete', 'host']), 'that is not stopped: running')
    succeeded(await ocits(end))
    if (end[0] === 'delete') continue
    await reaches(ocits, 'host', 'stopped')
    succeeded(await ocits(['delete', 'host']))
  }
})

law('hooks run: as the user outside, as root of the user namespace inside', async () => {
  const path = await mine(['id'], {}, many)
  const log = `${path}/log`
  const outside = (kind: string) => [
    {
      path: '/bin/sh',
      args: ['sh', '-c', `echo "${kind} $(id -u) $(wc -l </proc/self/uid_map)" >>${log}`],
      env: ['PATH=/usr/bin:/bin'],
    },
  ]
  const spec = JSON.parse(readFileSync(`${path}/config.json`, 'utf8'))
  const kinds = ['prestart', 'createRuntime', 'poststart', 'poststop'] as const
  spec.hooks = {
    ...Object.fromEntries(kinds.map((kind) => [kind, outside(kind)])),
    createContainer: [{ path: '/bin/sh', args: ['sh', '-c', 'cat /proc/self/uid_map >&2; exit 1'] }],
  }
  writeFileSync(`${path}/config.json`, JSON.stringify(spec))
  refused(await ocits(['run', '-b', path, 'hooked']), 'createContainer hook #0', '0       1000          1')
  delete spec.hooks.createContainer
  spec.hooks.startContainer = [{ path: '/probe', args: ['probe', 'write', '/started'] }]
  writeFileSync(`${path}/config.json`, JSON.stringify(spec))
  succeeded(await ocits(['run', '-b', path, 'hooked']))
  assert.ok(existsSync(`${path}/rootfs/started`))
  const words = ['prestart', 'createRuntime', 'poststop', 'prestart', 'createRuntime', 'poststart', 'poststop']
  assert.is(read(log), words.map((kind) => `${kind} ${uid} 1\n`).join(''))
})

law('spec --rootless writes a config that runs unchanged, with ranges of ids and without', async () => {
  for (const text of ['user:100000:65536\n', '']) {
    ranges(text)
    const path = `${home}/fresh${text.length}`
    await must(['mkdir', '-p', `${path}/rootfs/bin`])
    await must([
      'sh',
      '-c',
      `cp "$(command -v busybox)" ${path}/rootfs/bin/busybox && ln -s busybox ${path}/rootfs/bin/sh`,
    ])
    await owned(path)
    succeeded(await ocits(['spec', '--rootless'], { cwd: path }))
    writeFileSync(
      `${path}/script`,
      'id; busybox cat /proc/self/uid_map; busybox hostname\n'.replace('id;', 'busybox id;'),
    )
    const printed = succeeded(await ocits(['run', 'fresh'], { cwd: path, stdin: `${path}/script` }))
    assert.is(printed, `uid=0 gid=0\n         0       ${uid}          1\nocits\n`)
  }
})

// --- for an engine that is itself in a user namespace: root there, with USER still the user's

const unshared = (...flags: readonly string[]): Runtime =>
  userRuntime(binary, ['unshare', '--user', '--map-root-user', ...flags])
const nested = unshared('--map-auto')

const default_ = async (changes: (spec: ReturnType<typeof config>) => unknown): Promise<string> => {
  const { path } = await bundle('default')
  const spec = JSON.parse(readFileSync(`${path}/config.json`, 'utf8'))
  delete spec.linux.resources
  changes(spec)
  writeFileSync(`${path}/config.json`, JSON.stringify(spec))
  return owned(path)
}

law("inside the engine's user namespace: its default config, and its state in the user's folder", async () => {
  const path = await default_((spec) => {
    spec.process = { ...spec.process, args: ['/probe', 'ns', 'id', 'fs', '/sys', 'fs', '/sys/fs/cgroup'], cwd: '/' }
  })
  for (const engine of [nested, unshared('--map-auto', '--mount')]) {
    const printed = succeeded(await engine(['run', '--bundle', path, 'engine']))
    assert.match(printed, /^ns mnt: own\nns pid: own\nns net: own\nns uts: own\nns ipc: own\n/)
    assert.match(printed, /\nuid 0 0 0\n/)
  }
  const words = [...nested.command, 'create', '-b', path, 'engine']
  assert.is(
    (
      await asUser([
        ...words.slice(0, 4),
        'sh',
        '-c',
        '"$@" && "$1" state engine && "$1" delete engine',
        'sh',
        ...words.slice(4),
      ])
    ).code,
    0,
  )
  assert.ok(existsSync(userRoot))
})

law("in another user namespace of the engine's: files and ids have the mapped owners", async () => {
  const maps = [
    { containerID: 0, hostID: 1, size: 1000 },
    { containerID: 1000, hostID: 0, size: 1 },
  ]
  const process = { user: { uid: 1000, gid: 1000 } }
  const path = await mine(['id', 'stat', '/probe', 'read', '/proc/self/uid_map'], { process }, maps)
  await must([
    'sh',
    '-c',
    `mkdir -p ${path}/rootfs/proc ${path}/rootfs/dev && chmod 777 ${path}/rootfs ${path}/rootfs/dev`,
  ])
  const printed = succeeded(await nested(['run', '-b', path, 'keep-id']))
  assert.match(printed, /^uid 1000 1000 1000\n.*\n.*\n\/probe: file 0\d+ 1000:1000\n.*: 0 1 1000 1000 0 1\n$/)
})

law('if the engine has one id, and no groups', async () => {
  const linux = { namespaces: [{ type: 'mount' as const }, { type: 'pid' as const }] }
  const path = await owned(await make(config(['id', 'read', '/proc/self/setgroups'], { linux })))
  const expected = 'uid 0 0 0\ngid 0 0 0\ngroups 65534\n/proc/self/setgroups: deny\n'
  const printed = succeeded(await unshared()(['run', '-b', path, 'single']))
  assert.is(printed.replace(/groups.*/, 'groups 65534'), expected)
  const asked = config(['id'], { linux, process: { user: { uid: 0, gid: 0, additionalGids: [0] } } })
  refused(await unshared()(['run', '-b', await owned(await make(asked)), 'x']), 'cannot set any additional groups')
})

law(
  "a network namespace of the engine's is joined; without one /sys is the host's, read-only with all mounts below",
  async () => {
    const namespaces = [{ type: 'mount' as const }, { type: 'pid' as const }]
    const sys = { destination: '/sys', type: 'sysfs', source: 'sysfs', options: ['ro', 'nosuid'] }
    const changes = { mounts: [{ destination: '/proc', type: 'proc', source: 'proc' }, sys] }
    const joined = { namespaces: [...namespaces, { type: 'network' as const, path: '/tmp/netns' }] }
    const path = await owned(await make(config(['ls', '/sys/class/net', 'net'], { ...changes, linux: joined })))
    const script = 'touch /tmp/netns && unshare --net mount --bind /proc/self/ns/net /tmp/netns; exec "$@"'
    const [, ...flags] = nested.command
    const inside = ['unshare', ...flags.slice(0, 3), '--mount', 'sh', '-c', script, 'sh', ...binary.command]
    assert.match(succeeded(await asUser([...inside, 'run', '-b', path, 'joined'])), /^\/sys\/class\/net: lo\n/)
    const host = config(['mkdir', `${unified}/x`, 'write', '/sys/x', 'net'], {
      ...changes,
      linux: { namespaces },
    })
    const printed = succeeded(await nested(['run', '-b', await owned(await make(host)), 'hostnet']))
    assert.match(printed, /^mkdir .*: Read-only file system\nwrite .*: Read-only file system\n/)
  },
)

law('if parts of /sys are hidden from the caller, they are hidden in the container', async () => {
  const sys = { destination: '/sys', type: 'sysfs', source: 'sysfs', options: ['ro'] }
  const linux = { namespaces: ([...types, 'network'] as const).map((type) => ({ type })) }
  const path = await mine(['ls', '/sys/kernel', 'write', '/sys/x', 'write', '/sys/kernel/x'], { mounts: [sys], linux })
  const script = `mount -t tmpfs none /sys/kernel && exec setpriv --reuid ${uid} --regid ${uid} --clear-groups "$@"`
  const command = [...binary.command, '--root', userRoot, 'run', '-b', path, 'hidden']
  const printed = succeeded(await run(['unshare', '--mount', 'sh', '-c', script, 'sh', ...command]))
  const refusal = (file: string) => `write ${file}: Read-only file system\n`
  assert.is(printed, `/sys/kernel:\n${refusal('/sys/x')}${refusal('/sys/kernel/x')}`)
})

// --- cgroups

const unified = readFileSync('/proc/self/mountinfo', 'utf8')
  .split('\n')
  .find((line) => line.includes(' - cgroup2 '))
  ?.split(' ')[4]

law('a delegated cgroup is used; without one the container runs without, unless a flag demands it', async () => {
  assert.ok(unified)
  const top = `${unified}/delegated`
  mkdirSync(`${top}/shell`, { recursive: true })
  await must(['chown', '-R', `${uid}:${uid}`, top])
  const path = await mine(['cgroup'])
  const enter = `echo $$ >${top}/shell/cgroup.procs && exec setpriv --reuid ${uid} --regid ${uid} --clear-groups env "$@"`
  const user = ['sh', '-c', enter, 'sh', `XDG_RUNTIME_DIR=${home}`, ...binary.command]
  succeeded(await run([...user, 'create', '-b', path, 'delegated']))
  const { pid } = await stateOf(ocits, 'delegated')
  assert.match(read(`/proc/${pid}/cgroup`), /^0::\/delegated\/(shell\/)?delegated$/m)
  succeeded(await run([...user, 'delete', 'delegated']))
  succeeded(await ocits(['run', '-b', path, 'without']))
  refused(await ocits(['--rootless', 'false', 'run', '-b', path, 'insists']), 'mkdir', 'not delegated to this user')
  await must(['rmdir', `${top}/shell`, top])
})

law('mounts of a user: what is added comes of what the user sees, and goes again', async () => {
  mkdirSync('/tmp/ocits-mine')
  writeFileSync('/tmp/ocits-mine/file', 'MINE')
  await must(['chown', '-R', `${uid}:${uid}`, '/tmp/ocits-mine'])
  const path = await mine(['trap'])
  const { out } = await ocits(['run', '--detach', '--bundle', path, 'web'])
  await says(out, 'ready')
  const { pid } = await stateOf(ocits, 'web')
  const list = () => readFileSync(`/proc/${pid}/mountinfo`, 'utf8')
  const before = list()
  const file = '/tmp/ocits-mine.json'
  const mounts = (act: string, wanted: readonly object[]) => {
    writeFileSync(file, JSON.stringify(wanted))
    return ocits(['mounts', act, 'web', file])
  }
  const bound = { destination: '/a', source: '/tmp/ocits-mine', options: ['bind', 'ro'] }
  const scratch = { destination: '/b/c', type: 'tmpfs', source: 'tmpfs', options: ['size=64k'] }
  succeeded(await mounts('add', [bound, scratch]))
  assert.is(succeeded(await ocits(['exec', 'web', '/probe', 'read', '/a/file'])), '/a/file: MINE\n')
  assert.match(list(), / \/b\/c .*size=64k/)
  succeeded(await mounts('remove', [bound, scratch]))
  assert.is(list(), before)
  // What the user may not do alone, it may not do by way of a container either.
  refused(await mounts('add', [scratch, { ...bound, source: '/root/x' }]), 'mounts.json#/1/source', 'EACCES')
  refused(
    await mounts('add', [scratch, { destination: '/d', type: 'ext4', source: '/dev/vda' }]),
    'mounts.json#/1/type',
    'and bind that',
  )
  assert.is(list(), before)
  succeeded(await ocits(['delete', '--force', 'web']))
  succeeded(await ocits(['create', '--bundle', path, 'web']))
  refused(await mounts('add', [bound]), 'enter user', 'only while its program runs')
  succeeded(await ocits(['delete', '--force', 'web']))
})

test.run()
