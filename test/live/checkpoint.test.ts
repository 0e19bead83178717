import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { optionsIn } from '../fixtures/criu_message.ts'
import { binary, bindings, type Runtime } from '../harness/binding.ts'
import { lawsOf } from '../harness/laws.ts'
import { alive, reaches, says, soon, stateOf } from '../harness/life.ts'
import { skipped } from '../harness/live.ts'
import { config, make, proc } from '../harness/make.ts'
import { refused, succeeded } from '../harness/outcome.ts'
import { must, run } from '../harness/run.ts'
import { devices, receiving } from '../harness/terminal.ts'

// What `checkpoint` and `restore` say to criu(8), and what they make of its answers: a shell script stands in its place. At the end
// is what comes of it with CRIU itself, where that works.

const root = '/run/ocits-checkpoint'
const folder = mkdtempSync('/tmp/ocits-checkpoint.')
const script = new URL('../harness/false_criu.sh', import.meta.url).pathname
mkdirSync(`${folder}/bin`)
symlinkSync(script, `${folder}/bin/criu`)
mkdirSync(`${folder}/none`)

let count = 0

/** What a false criu does once it is asked, and the environment that has it. */
function falseCriu(answers: string): { readonly env: Record<string, string>; readonly at: string } {
  const at = `${folder}/${count++}`
  mkdirSync(at)
  writeFileSync(`${at}/answers`, answers)
  return { env: { PATH: `${folder}/bin:${process.env.PATH}`, FALSE_CRIU: at }, at }
}

/** criu_resp of images/rpc.proto: a type, and whether it went well. */
const [dumped, preDumped, refusedDump, refusedRestore] = [
  '\\010\\001\\020\\001',
  '\\010\\004\\020\\001',
  '\\010\\001\\020\\000',
  '\\010\\002\\020\\000',
]
/** A notification of that script. */
const notified = (name: string) =>
  `\\010\\006\\020\\001\\052\\0${(name.length + 2).toString(8).padStart(2, '0')}\\012\\0${name.length.toString(8).padStart(2, '0')}${name}`

async function running(ocits: Runtime, id: string): Promise<string> {
  const bundle = await make(config(['trap'], { annotations: { 'org.criu.config': '/my.conf' } }))
  const made = await ocits(['run', '--detach', '--bundle', bundle, id])
  succeeded(made)
  await says(made.out, 'ready')
  return bundle
}

const forget = async (ocits: Runtime, id: string) => succeeded(await ocits(['delete', '--force', id]))

for (const binding of bindings) {
  const law = lawsOf(binding, root)

  law('without criu nothing is done, and the package is named', async (ocits) => {
    const bundle = await running(ocits, 'none')
    const env = { PATH: `${folder}/none` }
    const words = 'criu is not in PATH: install it, as by `apt-get install criu`'
    refused(await ocits(['checkpoint', '--image-path', `${folder}/not-made`, 'none'], { env }), `checkpoint: ${words}`)
    refused(await ocits(['restore', '--detach', '--bundle', bundle, 'other'], { env }), `restore: ${words}`)
    assert.not.ok(existsSync(`${folder}/not-made`))
    assert.is((await stateOf(ocits, 'none')).status, 'running')
    await forget(ocits, 'none')
  })

  law('criu is told of the process, and the container is removed when it has dumped it', async (ocits) => {
    await running(ocits, 'told')
    const { pid } = await stateOf(ocits, 'told')
    const { env, at } = falseCriu(
      `say '${notified('pre-dump')}'; hear; say '${notified('post-dump')}'; hear; kill -KILL ${pid}; say '${dumped}'`,
    )
    const words = [
      'checkpoint',
      '--image-path',
      `${at}/images`,
      '--work-path',
      `${at}/work`,
      '--tcp-established',
      '--file-locks',
    ]
    succeeded(await ocits([...words, 'told'], { env }))
    const { type, options } = optionsIn(readFileSync(`${at}/request`))
    assert.is(type, 1)
    assert.equal(
      [options[1], options[17], options[2], options[5], options[8], options[51]],
      [[4], [5], [pid], [1], [1], ['/my.conf']],
    )
    assert.equal(readFileSync(`${at}/descriptors`, 'utf8').split('\n').slice(0, 4), [
      '/dev/null',
      '/dev/null',
      `${at}/images`,
      `${at}/work`,
    ])
    assert.equal([...readFileSync(`${at}/answer`)], [8, 6, 24, 1])
    const [stdin, ...others] = JSON.parse(readFileSync(`${at}/images/descriptors.json`, 'utf8'))
    assert.match(stdin, /^file\[[0-9a-f]+:[0-9a-f]+\]$/)
    assert.is(others.length, 2)
    refused(await ocits(['state', 'told']), 'container does not exist: told')
  })

  law('one that goes on is left alone', async (ocits) => {
    await running(ocits, 'on')
    for (const [flag, answer] of [
      ['--leave-running', dumped],
      ['--pre-dump', preDumped],
    ] as const) {
      const { env, at } = falseCriu(`say '${answer}'`)
      succeeded(await ocits(['checkpoint', '--image-path', `${at}/images`, flag, 'on'], { env }))
      assert.is((await stateOf(ocits, 'on')).status, 'running', flag)
    }
    await forget(ocits, 'on')
  })

  law('what criu says of its failure is told, and the container goes on', async (ocits) => {
    await running(ocits, 'no')
    const lines = [
      '(0.1) Warn (criu/a.c:1): not this',
      '(0.2)  7: Error (criu/a.c:2): why',
      '(0.3) Error (criu/b.c:3): so',
      '(0.4) Error (criu/c.c:4): Dumping FAILED.',
    ]
    const { env, at } = falseCriu(`log dump.log '${lines.join('\n')}'; say '${refusedDump}'`)
    const told = await ocits(['checkpoint', '--image-path', `${at}/images`, 'no'], { env })
    refused(
      told,
      'criu failed: dump: Error (criu/a.c:2): why; Error (criu/b.c:3): so: all of it is in ',
      `${at}/images/dump.log`,
    )
    const dead = falseCriu('exit 1')
    refused(await ocits(['checkpoint', '--image-path', `${dead.at}/images`, 'no'], dead), 'EPIPE')
    const wrong = falseCriu(`say '\\010'; exec sleep 9`)
    refused(await ocits(['checkpoint', '--image-path', `${wrong.at}/images`, 'no'], wrong), 'EBADMSG')
    refused(await ocits(['checkpoint', '--image-path', '/none/images', 'no'], { env }), 'ENOENT', '/none/images')
    assert.is((await stateOf(ocits, 'no')).status, 'running')
    await forget(ocits, 'no')
  })

  law('what cannot be asked for is refused before criu is', async (ocits) => {
    const { env, at } = falseCriu('')
    const bundle = await make(config(['trap']))
    refused(await ocits(['checkpoint', 'nobody'], { env }), 'container does not exist: nobody')
    succeeded(await ocits(['create', '--bundle', bundle, 'early']))
    refused(await ocits(['checkpoint', 'early'], { env }), 'container cannot be checkpointed: early: it is created')
    for (const [flag, ...words] of [
      ['--lazy-pages', '--lazy-pages is not supported'],
      ['--page-server=h:1', '--page-server is not supported'],
      ['--parent-path=/abs', '--parent-path must be relative'],
      ['--parent-path=../missing', 'invalid --parent-path', 'not a directory'],
      ['--manage-cgroups-mode=most', 'soft, full, strict or ignore'],
      ['--empty-ns=pid', '--empty-ns "pid": expected network'],
    ] as const)
      refused(await ocits(['checkpoint', flag, 'early'], { env, cwd: folder }), ...words)
    await forget(ocits, 'early')
    refused(
      await ocits(['restore', '--image-path', `${at}/nothing`, '--bundle', bundle, 'x'], { env }),
      `there is no checkpoint in ${at}/nothing`,
    )
    mkdirSync(`${at}/images`)
    writeFileSync(`${at}/images/descriptors.json`, '["","","","pipe:[3]"]') // a descriptor of ocits itself
    refused(
      await ocits(['restore', '--image-path', `${at}/images`, '--bundle', bundle, 'x'], { env }),
      'expected a list of at most three names',
    )
    assert.not.ok(existsSync(`${at}/request`))
  })

  law('a restore that fails leaves nothing behind', async (ocits) => {
    const bundle = await make(config(['trap'], { hooks: { poststop: [{ path: '/bin/true' }] } }))
    const { env, at } = falseCriu(
      `log restore.log '(0.2) Error (criu/a.c:2): why'; cat /proc/self/mountinfo >$FALSE_CRIU/mounts; say '${refusedRestore}'`,
    )
    mkdirSync(`${at}/images`)
    writeFileSync(`${at}/images/descriptors.json`, '["pipe:[7]","",""]')
    const words = ['restore', '--detach', '--bundle', bundle, '--image-path', `${at}/images`, '--pid-file', `${at}/pid`]
    refused(await ocits([...words, 'gone'], { env }), 'criu failed: restore: Error (criu/a.c:2): why: all of it is in ')
    const { type, options } = optionsIn(readFileSync(`${at}/request`))
    assert.equal([type, options[13], options[27]], [2, [`${root}/gone`], [['pipe:[7]', 0]]])
    // Its root is where it was told, in a mount namespace that only criu is in.
    assert.match(readFileSync(`${at}/mounts`, 'utf8'), new RegExp(` ${root}/gone `))
    assert.not.match(readFileSync('/proc/self/mountinfo', 'utf8'), /gone/)
    assert.not.ok(existsSync(`${at}/pid`))
    refused(await ocits(['state', 'gone']), 'container does not exist: gone')
  })

  law('a restore that is interrupted is undone', async (ocits) => {
    const { env, at } = falseCriu('echo $$ >$FALSE_CRIU/pid; exec sleep 60')
    mkdirSync(`${at}/images`)
    writeFileSync(`${at}/images/descriptors.json`, '["","",""]')
    const bundle = await make(config(['trap']))
    const asked = ocits(['restore', '--bundle', bundle, '--image-path', `${at}/images`, 'cut'], { env })
    assert.ok(await soon(() => existsSync(`${at}/pid`)))
    process.kill(asked.pid, 'SIGTERM')
    refused(await asked, 'ECANCELED')
    assert.ok(await soon(() => !alive(Number(readFileSync(`${at}/pid`, 'utf8')))))
  })
}

const { env: own, at: images } = { env: { PATH: process.env.PATH ?? '' }, at: `${folder}/real` }
const works = spawnSync('criu', ['check'], { env: own }).status === 0
const law = lawsOf(binary, root)
const real: typeof law = (name, body) =>
  works ? law(`criu: ${name}`, body, 60_000) : skipped(name, 'there is no criu that works on this machine')

const dump = (ocits: Runtime, id: string, ...flags: readonly string[]) =>
  ocits(['checkpoint', '--image-path', images, ...flags, id], { limit: 30_000 })

const restored = (ocits: Runtime, bundle: string, id: string, ...flags: readonly string[]) =>
  ocits(['restore', '--detach', '--bundle', bundle, '--image-path', images, ...flags, id], { limit: 30_000 })

const [, rights = '0'] = /^CapEff:\s*(\w+)$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
const mayReadLimits = (BigInt(`0x${rights}`) & (1n << 24n)) !== 0n

/** What the kernel tells of a container's process, but for its number. */
function facts(pid: number): readonly string[] {
  const status =
    readFileSync(`/proc/${pid}/status`, 'utf8').match(/^(Uid|Gid|Groups|Cap\w+|NoNewPrivs|Seccomp|Umask):.*$/gm) ?? []
  const places = readFileSync(`/proc/${pid}/mountinfo`, 'utf8')
    .trim()
    .split('\n')
    .map((line) => `${line.split(' ')[4]} ${/ (ro|rw),?/.exec(line)?.[1]}`)
  return [
    ...status,
    ...places.sort(),
    readFileSync(`/proc/${pid}/cgroup`, 'utf8'),
    readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8'),
  ]
}

real('a container goes on where it was, and every command works on it', async (ocits) => {
  const mounts = [
    { destination: '/proc', type: 'proc', source: 'proc' },
    { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755'] },
    { destination: '/data', type: 'bind', source: `${folder}/none`, options: ['rbind', 'ro'] },
    { destination: '/more', type: 'bind', source: `${folder}/none`, options: ['rbind', 'rprivate'] },
  ]
  const namespaces = (['pid', 'mount', 'network', 'ipc', 'uts', 'cgroup'] as const).map((type) => ({ type }))
  const linux = { namespaces, maskedPaths: ['/proc/keys', '/proc/acpi'], readonlyPaths: ['/proc/sys'] }
  // CRIU reads the limits of another user's processes, which takes CAP_SYS_RESOURCE.
  const user = mayReadLimits ? { uid: 5, gid: 6 } : { uid: 0, gid: 0 }
  const process = { noNewPrivileges: true, user, oomScoreAdj: 100 }
  const bundle = await make(config(['trap'], { mounts, linux, process }))
  const first = await ocits(['run', '--detach', '--bundle', bundle, 'real'])
  succeeded(first)
  await says(first.out, 'ready')
  const before = facts((await stateOf(ocits, 'real')).pid)
  succeeded(await dump(ocits, 'real'))
  refused(await ocits(['state', 'real']), 'container does not exist: real')
  const second = await restored(ocits, bundle, 'real', '--pid-file', `${folder}/pid`)
  succeeded(second)
  const { pid, status } = await stateOf(ocits, 'real')
  assert.equal([status, readFileSync(`${folder}/pid`, 'utf8')], ['running', String(pid)])
  assert.equal(facts(pid), before)
  succeeded(await ocits(['kill', 'real', 'USR1']))
  await says(second.out, 'got USR1')
  assert.is(succeeded(await ocits(['exec', 'real', '/probe', 'say', 'hello'])), 'hello\n')
  for (const verb of ['pause', 'resume']) succeeded(await ocits([verb, 'real']))
  assert.match(succeeded(await ocits(['events', '--stats', 'real'])), /"id":"real"/)
  refused(await restored(ocits, bundle, 'real'), 'container with given ID already exists: real')
  succeeded(await ocits(['kill', 'real', 'KILL']))
  await reaches(ocits, 'real', 'stopped')
  succeeded(await ocits(['delete', 'real']))
})

real('--leave-running', async (ocits) => {
  await running(ocits, 'stays')
  succeeded(await dump(ocits, 'stays', '--leave-running'))
  assert.is((await stateOf(ocits, 'stays')).status, 'running')
  await forget(ocits, 'stays')
})

real('a namespace of somebody else is joined again, and hooks run before the process is there', async (ocits) => {
  succeeded(await run(['ip', 'netns', 'add', 'ocits-criu']))
  const hook = {
    path: '/bin/sh',
    args: ['sh', '-c', `readlink /proc/$(sed 's/.*"pid":\\([0-9]*\\).*/\\1/')/ns/net >>${folder}/hooks`],
  }
  const namespaces = [
    ...(['pid', 'mount', 'cgroup'] as const).map((type) => ({ type })),
    { type: 'network' as const, path: '/run/netns/ocits-criu' },
  ]
  const bundle = await make(config(['trap'], { linux: { namespaces }, hooks: { prestart: [hook] } }))
  const first = await ocits(['run', '--detach', '--bundle', bundle, 'joins'])
  succeeded(first)
  await says(first.out, 'ready')
  succeeded(await dump(ocits, 'joins'))
  succeeded(await restored(ocits, bundle, 'joins'))
  const inode = `net:[${statSync('/run/netns/ocits-criu').ino}]`
  assert.is(readlinkSync(`/proc/${(await stateOf(ocits, 'joins')).pid}/ns/net`), inode)
  assert.equal(readFileSync(`${folder}/hooks`, 'utf8'), `${inode}\n${inode}\n`)
  await forget(ocits, 'joins')
  succeeded(await run(['ip', 'netns', 'del', 'ocits-criu']))
})

real('a terminal goes to the process that listens on --console-socket', async (ocits) => {
  const bundle = await make(config(['trap'], { mounts: [proc, ...devices], process: { terminal: true } }))
  await receiving(async ({ socket, text }) => {
    succeeded(await ocits(['run', '--detach', '--console-socket', socket, '--bundle', bundle, 'terminal']))
    assert.ok(await soon(() => text().includes('ready')), text())
    succeeded(await dump(ocits, 'terminal'))
    refused(await restored(ocits, bundle, 'terminal'), 'cannot allocate tty')
    succeeded(await restored(ocits, bundle, 'terminal', '--console-socket', socket))
    succeeded(await ocits(['kill', 'terminal', 'USR1']))
    assert.ok(await soon(() => text().includes('got USR1')), text())
    assert.is(text().split('received /dev/pts/0').length, 3)
    await forget(ocits, 'terminal')
  })
})

/** What `run` and `restore` do with stdout as a pipe, from which a file is written. */
async function piped(ocits: Runtime, file: string, words: readonly string[]): Promise<void> {
  writeFileSync(file, '')
  await must(['sh', '-c', `"$@" 2>&1 </dev/null | cat >${file} &`, 'sh', ...ocits.command, ...words], { limit: 30_000 })
}

for (const [what, namespaces] of [
  ['pipes of a container become those of restore', ['pid', 'mount']],
  ['a user namespace and its devices come along', ['pid', 'mount', 'user', 'cgroup']],
] as const)
  real(what, async (ocits) => {
    const maps = [{ containerID: 0, hostID: 100_000, size: 65_536 }]
    const users = (namespaces as readonly string[]).includes('user') ? { uidMappings: maps, gidMappings: maps } : {}
    const linux = { namespaces: namespaces.map((type) => ({ type })), ...users }
    const bundle = await make(config(['trap'], { mounts: [proc, ...devices], linux }))
    await must(['chown', '-R', '100000:100000', `${bundle}/rootfs`])
    const open = mkdtempSync(`${folder}/open.`)
    await piped(ocits, `${open}/first`, ['run', '--detach', '--bundle', bundle, 'pipes'])
    await says(`${open}/first`, 'ready')
    const before = facts((await stateOf(ocits, 'pipes')).pid)
    succeeded(await ocits(['checkpoint', '--image-path', `${open}/images`, 'pipes'], { limit: 30_000 }))
    await piped(ocits, `${open}/second`, [
      'restore',
      '--detach',
      '--bundle',
      bundle,
      '--image-path',
      `${open}/images`,
      'pipes',
    ])
    const runs = await soon(async () => (await ocits(['state', 'pipes'])).stdout.includes('"running"'))
    assert.ok(runs, readFileSync(`${open}/second`, 'utf8'))
    assert.equal(facts((await stateOf(ocits, 'pipes')).pid), before)
    succeeded(await ocits(['kill', 'pipes', 'USR1']))
    await says(`${open}/second`, 'got USR1')
    await forget(ocits, 'pipes')
  })

real('in the foreground it ends as the process does, and is gone', async (ocits) => {
  const bundle = await running(ocits, 'front')
  succeeded(await dump(ocits, 'front'))
  const asked = ocits(['restore', '--bundle', bundle, '--image-path', images, 'front'], { limit: 30_000 })
  assert.ok(await soon(async () => (await ocits(['state', 'front'])).stdout.includes('"running"')))
  succeeded(await ocits(['kill', 'front', 'KILL']))
  assert.is((await asked).code, 137)
  refused(await ocits(['state', 'front']), 'container does not exist: front')
})

real('images that are spoilt make no container, and leave nothing', async (ocits) => {
  const bundle = await running(ocits, 'spoilt')
  succeeded(await dump(ocits, 'spoilt'))
  writeFileSync(`${images}/pstree.img`, '')
  refused(await restored(ocits, bundle, 'spoilt'), 'criu failed: restore: ', `all of it is in ${images}/restore.log`)
  refused(await ocits(['state', 'spoilt']), 'container does not exist: spoilt')
})

test.run()
