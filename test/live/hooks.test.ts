import { existsSync, mkdirSync, readFileSync, readlinkSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Spec } from '../../src/spec/spec.ts'
import { bindings } from '../harness/binding.ts'
import { lawsOf } from '../harness/laws.ts'
import { alive, reaches, soon, stateOf } from '../harness/life.ts'
import { config, make, proc } from '../harness/make.ts'
import { refused, succeeded } from '../harness/outcome.ts'
import { patience } from '../harness/patience.ts'
import { run } from '../harness/run.ts'
import { withFault } from '../harness/strace.ts'

const root = '/run/ocits-hooks'
const notes = '/run/ocits-hook-notes'
mkdirSync(notes, { recursive: true })
let count = 0

type Hooks = NonNullable<Spec['hooks']>
const kinds = ['prestart', 'createRuntime', 'createContainer', 'startContainer', 'poststart', 'poststop'] as const

const hook = (script: string, env: string[] = ['PATH=/usr/bin:/bin']) => ({
  path: '/bin/sh',
  args: ['sh', '-c', script],
  env,
})

/** The programs of the host inside, for startContainer hooks; and a writable folder at the same path. */
const mounts = [
  proc,
  { destination: '/usr', source: '/usr', options: ['rbind', 'ro'] },
  { destination: '/bin', source: '/bin', options: ['rbind', 'ro'] },
  { destination: '/lib', source: '/lib', options: ['rbind', 'ro'] },
  ...(existsSync('/lib64') ? [{ destination: '/lib64', source: '/lib64', options: ['rbind', 'ro'] }] : []),
  { destination: notes, source: notes, options: ['bind'] },
]

const linux = { namespaces: [{ type: 'pid' as const }, { type: 'mount' as const }, { type: 'uts' as const }] }
const made = (hooks: Hooks, args: readonly string[] = ['trap']) =>
  make(config(args, { hooks, mounts, linux, annotations: { key: 'value' } }))

/** A file that a hook may write to. */
const note = () => `${notes}/${count++}`
const read = (path: string) => readFileSync(path, 'utf8')

for (const binding of bindings) {
  const law = lawsOf(binding, root)

  law('each kind runs in the namespaces that the specification names', async (ocits) => {
    const files = Object.fromEntries(kinds.map((kind) => [kind, note()]))
    const ns = 'readlink /proc/self/ns/mnt /proc/self/ns/uts'
    const hooks = Object.fromEntries(kinds.map((kind) => [kind, [hook(`${ns} >${files[kind]}`)]]))
    succeeded(await ocits(['create', '--bundle', await made(hooks), 'where']))
    const { pid } = await stateOf(ocits, 'where')
    const spaces = (of: number | string) =>
      `${readlinkSync(`/proc/${of}/ns/mnt`)}\n${readlinkSync(`/proc/${of}/ns/uts`)}\n`
    const [outside, inside] = [spaces('self'), spaces(pid)]
    succeeded(await ocits(['start', 'where']))
    succeeded(await ocits(['delete', '--force', 'where']))
    const seen = kinds.map((kind) => [kind, read(files[kind] ?? '') === inside ? 'inside' : 'outside'])
    assert.equal(Object.fromEntries(seen), {
      prestart: 'outside',
      createRuntime: 'outside',
      createContainer: 'inside',
      startContainer: 'inside',
      poststart: 'outside',
      poststop: 'outside',
    })
    for (const kind of ['prestart', 'createRuntime', 'poststart', 'poststop'])
      assert.is(read(files[kind] ?? ''), outside, kind)
  })

  law('each has the umask of its caller, a startContainer hook that of the process', async (ocits) => {
    const files = Object.fromEntries(kinds.map((kind) => [kind, note()]))
    const hooks = Object.fromEntries(kinds.map((kind) => [kind, [hook(`umask >${files[kind]}`)]]))
    const under = (args: readonly string[]) =>
      run(['sh', '-c', 'umask 027; exec "$@"', 'sh', ...ocits.command, ...args])
    succeeded(await under(['create', '--bundle', await made(hooks), 'masked']))
    for (const args of [
      ['start', 'masked'],
      ['delete', '--force', 'masked'],
    ])
      succeeded(await under(args))
    const seen = kinds.map((kind) => read(files[kind] ?? '').trim())
    assert.equal(seen, ['0027', '0027', '0027', '0022', '0027', '0027'])
  })

  law('an exit status above 128 is not reported as a signal', async (ocits) => {
    for (const [script, words] of [
      ['exit 255', 'exit status 255'],
      ['exit 137', 'exit status 137'],
      ['kill -9 $$', 'signal: 9'],
    ] as const)
      refused(await ocits(['create', '--bundle', await made({ createRuntime: [hook(script)] }), 'high']), words)
  })

  law('each gets the state of the container on stdin', async (ocits) => {
    const files = Object.fromEntries(kinds.map((kind) => [kind, note()]))
    const hooks = Object.fromEntries(kinds.map((kind) => [kind, [hook(`cat >${files[kind]}`)]]))
    const bundle = await made(hooks)
    succeeded(await ocits(['create', '--bundle', bundle, 'told']))
    const { pid } = await stateOf(ocits, 'told')
    succeeded(await ocits(['start', 'told']))
    succeeded(await ocits(['delete', '--force', 'told']))
    const statuses = ['created', 'creating', 'creating', 'created', 'running', 'stopped']
    for (const [index, kind] of kinds.entries()) {
      const state = JSON.parse(read(files[kind] ?? ''))
      const inside = kind === 'createContainer' || kind === 'startContainer'
      assert.is(state.status, statuses[index], kind)
      assert.is(state.id, 'told', kind)
      assert.is(state.bundle, bundle, kind)
      assert.is(state.ociVersion, '1.3.0', kind)
      assert.equal(state.annotations, { key: 'value' }, kind)
      if (kind !== 'poststop') assert.is(state.pid, inside ? 1 : pid, kind)
    }
  })

  law('each has the right environment, arguments and descriptors, and no others', async (ocits) => {
    const files = Object.fromEntries(kinds.map((kind) => [kind, note()]))
    const script = (kind: string) =>
      `{ echo "$0 $*"; tr '\\0' ' ' </proc/self/environ; ls /proc/self/fd; } >${files[kind]}`
    const hooks = Object.fromEntries(
      kinds.map((kind) => {
        const { path, args, env } = hook(script(kind), ['A=b', 'PATH=/usr/bin:/bin'])
        return [kind, [{ path, args: [...args, 'zero', 'one', 'two words'], env }]]
      }),
    )
    const env = { PATH: process.env.PATH ?? '', SECRET: 'x', LD_LIBRARY_PATH: '/x' }
    succeeded(await ocits(['create', '--bundle', await made(hooks), 'exact'], { env }))
    succeeded(await ocits(['start', 'exact'], { env }))
    succeeded(await ocits(['delete', '--force', 'exact'], { env }))
    for (const kind of kinds) {
      const [first, ...rest] = read(files[kind] ?? '').split('\n')
      assert.is(first, 'zero one two words', kind)
      // 3 is the folder that ls has open. A shell adds PWD and other variables for its children, not for itself.
      assert.match(rest.join('\n'), /^A=b PATH=\/usr\/bin:\/bin (\w+=\S+ )*0\n1\n2\n3\n$/, kind)
      assert.not.match(rest.join('\n'), /SECRET|LD_LIBRARY/, kind)
    }
  })

  law(
    'without env a hook has the environment of the caller, and inside that of the process; an empty list means none',
    async (ocits) => {
      const bare = ({ path, args }: ReturnType<typeof hook>) => ({ path, args })
      const files = Object.fromEntries(kinds.map((kind) => [kind, [note(), note()]]))
      const script = (file = '') => hook(`echo "$MARK" >${file}`, [])
      const hooks = Object.fromEntries(
        kinds.map((kind) => [kind, [bare(script(files[kind]?.[0])), script(files[kind]?.[1])]]),
      )
      const spec = config(['trap'], { hooks, mounts, linux, process: { env: ['MARK=process'] } })
      const bundle = await make(spec)
      const env = { PATH: process.env.PATH ?? '', MARK: 'caller' }
      succeeded(await ocits(['create', '--bundle', bundle, 'inherited'], { env }))
      succeeded(await ocits(['start', 'inherited'], { env }))
      succeeded(await ocits(['delete', '--force', 'inherited'], { env }))
      for (const kind of kinds) {
        const [inherits, empty] = files[kind] ?? []
        const expected = kind === 'startContainer' ? 'process' : 'caller'
        assert.equal([read(inherits ?? ''), read(empty ?? '')], [`${expected}\n`, '\n'], kind)
      }
    },
  )

  law('if create fails, its poststop hooks run', async (ocits) => {
    const file = note()
    const bundle = await made({ createContainer: [hook('exit 4')], poststop: [hook(`cat >${file}`)] })
    refused(await ocits(['create', '--bundle', bundle, 'failed']), '#/hooks/createContainer/0', 'exit status 4')
    assert.is(JSON.parse(read(file)).status, 'stopped')
  })

  law('a failed startContainer hook makes the start fail', async (ocits) => {
    const bundle = await made({ startContainer: [hook('echo said >&2; exit 5')] }, ['say', 'never'])
    const { out } = await ocits(['create', '--bundle', bundle, 'unstarted'])
    refused(await ocits(['start', 'unstarted']), 'config.json#/hooks/startContainer/0', 'exit status 5', 'said')
    assert.is(read(out), '')
    await reaches(ocits, 'unstarted', 'stopped')
    succeeded(await ocits(['delete', 'unstarted']))
  })

  law('a failed poststart hook stops and removes the container', async (ocits) => {
    const file = note()
    const bundle = await made({ poststart: [hook('exit 6')], poststop: [hook(`echo gone >${file}`)] })
    succeeded(await ocits(['create', '--bundle', bundle, 'removed']))
    const { pid } = await stateOf(ocits, 'removed')
    refused(await ocits(['start', 'removed']), 'config.json#/hooks/poststart/0', 'exit status 6')
    refused(await ocits(['state', 'removed']), 'container does not exist')
    assert.not.ok(alive(pid))
    assert.is(read(file), 'gone\n')
  })

  law('a warning names what stays of the container after it', async (ocits) => {
    if (ocits.command[0] === process.execPath) return // strace follows the only process of the command, and not the threads of Node
    const bundle = await made({ poststart: [hook('exit 6')] })
    succeeded(await ocits(['create', '--bundle', bundle, 'stays']))
    const point = { name: 'rmdir', nth: 1 }
    const { code, stderr } = await withFault([...ocits.command, 'start', 'stays'], point, 'error=EIO', false)
    assert.is(code, 1)
    assert.match(stderr, /warning: the container is not removed: .*EIO/)
    assert.match(stderr, /hooks\/poststart\/0.*exit status 6/)
    succeeded(await ocits(['delete', '--force', 'stays']))
  })

  law('a failed poststop hook is a warning, and the others run', async (ocits) => {
    const file = note()
    const bundle = await made({ poststop: [hook('exit 7'), hook(`echo second >${file}`)] })
    succeeded(await ocits(['create', '--bundle', bundle, 'warned']))
    const { code, stderr } = await ocits(['delete', 'warned'])
    assert.is(code, 0)
    assert.match(stderr, /^ocits: warning: .*#\/hooks\/poststop\/0.*exit status 7.*\n$/)
    assert.is(read(file), 'second\n')
    refused(await ocits(['state', 'warned']), 'container does not exist')
  })

  law('a hook of any kind that takes too long is killed, with its children', async (ocits) => {
    for (const kind of kinds) {
      const file = note()
      const slow = { ...hook(`sh -c 'echo $$ >${file}; exec sleep 60' & wait`), timeout: 1 }
      const start = Date.now()
      const bundle = await made({ [kind]: [slow] })
      let words = ''
      for (const command of [['create', '--bundle', bundle], ['start'], ['delete', '--force']])
        words += (await ocits([...command, 'slow'])).stderr
      assert.match(words, new RegExp(`#/hooks/${kind}/0.*timeout`))
      assert.ok(Date.now() - start < 4_000 * patience(), kind)
      // A hook inside has another pid; everything inside ends with the container.
      assert.ok(kind === 'startContainer' || (await soon(() => !alive(Number(read(file))))), kind)
    }
  })

  law('a hook may ignore its stdin and print a lot', async (ocits) => {
    const loud = hook(
      'exec <&-; head -c 3000000 /dev/zero | tr "\\0" x; head -c 3000000 /dev/zero | tr "\\0" y >&2; exit 8',
    )
    const result = await ocits(['create', '--bundle', await made({ createRuntime: [loud] }), 'loud'])
    refused(result, '#/hooks/createRuntime/0', 'exit status 8')
    assert.ok(result.stderr.length < 10_000, `${result.stderr.length} bytes`)
  })
}

test.run()
