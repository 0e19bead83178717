import { chmodSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Finding } from '../../src/lifecycle/doctor/finding.ts'
import { binary, bindings, type Runtime, runtime } from '../harness/binding.ts'
import { bundle, flags, names, unmet, within } from '../harness/bundle.ts'
import { live, skipped } from '../harness/live.ts'
import { type Changes, config, make, proc } from '../harness/make.ts'
import { succeeded } from '../harness/outcome.ts'
import { traces, unchanged } from '../harness/traces.ts'
import { makeUser, ranges, userRoot, userRuntime } from '../harness/user.ts'

// The findings of the doctor agree with the result of a run and with its error.

await makeUser()
const root = '/run/ocits-doctor'
const here = [proc]
const namespaces = config([]).linux?.namespaces ?? []

async function asked(ocits: Runtime, ...words: readonly string[]): Promise<{ code: number | null; found: Finding[] }> {
  const { code, stdout, stderr } = await ocits(['doctor', '--json', ...words])
  assert.is(stderr, '')
  const found: Finding[] = JSON.parse(stdout)
  assert.is(code, found.some(({ state }) => state === 'missing') ? 1 : 0)
  return { code, found }
}

const missing = (found: readonly Finding[]) => found.filter(({ state }) => state === 'missing')

/** Each fails only at this field. */
const faulty: Readonly<Record<string, readonly [changes: Changes, pointer: string]>> = {
  'a source that is not there': [
    { mounts: [proc, { destination: '/data', type: 'bind', source: '/nowhere', options: ['bind'] }] },
    '/mounts/1/source',
  ],
  'an unknown file system': [
    { mounts: [proc, { destination: '/data', type: 'nosuchfs', source: 'none' }] },
    '/mounts/1',
  ],
  'a setting that no kernel has': [
    { linux: { namespaces: [...namespaces, { type: 'network' }], sysctl: { 'net.nothing.here': '1' } } },
    '/linux/sysctl/net.nothing.here',
  ],
  'a program that is not there': [{ process: { args: ['/nothing'] } }, '/process/args/0'],
  'a program in a folder that is not there': [{ process: { args: ['/no/such/folder/probe'] } }, '/process/args/0'],
  'a hook that is not there': [{ hooks: { createRuntime: [{ path: '/nothing' }] } }, '/hooks/createRuntime/0'],
  'a namespace that is not there': [
    { linux: { namespaces: [...namespaces, { type: 'uts', path: '/run/nothing' }] } },
    '/linux/namespaces/2/path',
  ],
  'a network device that is not there': [
    { linux: { namespaces: [...namespaces, { type: 'network' }], netDevices: { 'ocits-nothing': {} } } },
    '/linux/netDevices/ocits-nothing',
  ],
  'a root that is not there': [{ root: { path: 'nowhere' } }, '/root/path'],
  'a field that is at fault': [{ process: { cwd: 'here' } }, '/process/cwd'],
}

for (const binding of bindings) {
  const ocits = runtime(binding, root)

  live(`${binding.name}: doctor reports everything that a usual container needs, a line each`, async () => {
    const { code, found } = await asked(ocits)
    assert.equal([code, missing(found)], [0, []])
    const text = succeeded(await ocits(['doctor']))
    assert.equal(
      text
        .trimEnd()
        .split('\n')
        .map((line) => line.split(' ')[0]),
      found.map(({ state }) => state),
    )
    for (const subject of ['kernel', 'namespace user', 'cgroups', 'seccomp', 'file system proc'])
      assert.ok(
        found.some((each) => each.subject === subject && each.state === 'ok'),
        subject,
      )
  })

  for (const [name, [changes, pointer]] of Object.entries(faulty))
    live(`${binding.name}: doctor names the field at which run fails: ${name}`, async () => {
      const path = await make(config(['id'], { mounts: here, ...changes }))
      const { code, found } = await asked(ocits, path)
      assert.equal([code, missing(found).map((each) => each.pointer)], [1, [pointer]], JSON.stringify(missing(found)))
      const ran = await ocits(['run', '--bundle', path, 'faulty'])
      assert.is(ran.code, 1)
      assert.ok(ran.stderr.includes(`config.json#${pointer}: `), ran.stderr)
    })

  live(`${binding.name}: doctor of a missing bundle is an error`, async () => {
    const { code, stdout, stderr } = await ocits(['doctor', '/nowhere'])
    assert.equal([code, stdout], [1, ''])
    assert.ok(stderr.startsWith('ocits: bundle /nowhere: '), stderr)
  })
}

live('doctor: a program that is not executable, through a link, and through a bind mount', async () => {
  const ocits = runtime(binary, root)
  const path = await make(config([], { process: { args: ['/file'] } }))
  writeFileSync(`${path}/rootfs/file`, '#!/probe\n')
  chmodSync(`${path}/rootfs/file`, 0o644)
  const { found } = await asked(ocits, path)
  assert.ok(
    missing(found)[0]?.detail.includes('EACCES') === true ||
      missing(found)[0]?.detail.includes('permission denied') === true,
    JSON.stringify(found),
  )
  chmodSync(`${path}/rootfs/file`, 0o755)
  assert.is((await asked(ocits, path)).code, 0)
  const bound = (args: string) =>
    make(
      config([], {
        process: { args: [args] },
        mounts: [proc, { destination: '/data', type: 'bind', source: path, options: ['rbind'] }],
      }),
    )
  assert.is((await asked(ocits, await bound('/data/rootfs/probe'))).code, 0)
  assert.is((await asked(ocits, await bound('/data/rootfs/none'))).code, 1)
})

for (const name of names) {
  const reason = await unmet(name)
  if (reason !== undefined) skipped(`doctor finds nothing amiss in bundles/${name}`, reason)
  else
    live(`doctor finds no fault in bundles/${name}`, async () => {
      const ocits = runtime(binary, root)
      const made = await bundle(name)
      await within(made, ocits, async () => {
        const { code, found } = await asked(ocits, made.path, ...flags(name).slice(0, 2))
        assert.equal([code, missing(found)], [0, []])
      })
    })
}

const before = traces(root)
test.after(() => unchanged(before, root))

for (const binding of bindings) {
  live(`${binding.name}: doctor of a user whose container runs`, async () => {
    const ocits = userRuntime(binding)
    ranges('user:100000:65536\n')
    assert.is((await asked(ocits)).code, 0)
    const left = traces(userRoot)
    for (const name of ['rootless', 'rootless-ranges']) {
      const made = await bundle(name)
      await within(made, ocits, async () => {
        assert.equal(missing((await asked(ocits, made.path)).found), [])
        assert.is((await ocits(['run', '--bundle', made.path, name])).code, 0)
      })
    }
    await unchanged(left, userRoot)
  })

  live(`${binding.name}: doctor of a user without a range, or without a user namespace in the config`, async () => {
    const ocits = userRuntime(binding)
    ranges('another:100000:65536\n')
    const made = await bundle('rootless-ranges')
    await within(made, ocits, async () => {
      const subjects = missing((await asked(ocits, made.path)).found).map(({ subject }) => subject)
      assert.equal(subjects.slice(0, 2), ['/etc/subuid', '/etc/subgid'])
      const ran = await ocits(['run', '--bundle', made.path, 'none'])
      assert.is(ran.code, 1)
      assert.ok(ran.stderr.includes('config.json#/linux/uidMappings'), ran.stderr)
    })
    const plain = await make(config(['id']))
    assert.equal(
      missing((await asked(ocits, plain)).found).map(({ pointer }) => pointer),
      ['/linux/namespaces'],
    )
  })
}

test.run()
