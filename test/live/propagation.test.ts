import { mkdirSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Linux } from '../../src/spec/linux.ts'
import { bindings } from '../harness/binding.ts'
import { live } from '../harness/live.ts'
import { config, make, proc } from '../harness/make.ts'
import { succeeded } from '../harness/outcome.ts'
import { must, run } from '../harness/run.ts'
import { traces, unchanged } from '../harness/traces.ts'

// The root's propagation is exactly that of the config, whatever that of the host's mounts is.

const root = '/run/ocits-propagation'
const data = '/run/data'
mkdirSync(data)

const where = (propagation: string): readonly string[] => [
  ...['unshare', '--mount', '--propagation', 'private', 'sh', '-ec'],
  `mount --make-r${propagation} /; mount -t tmpfs data ${data}; exec "$@"`,
  'sh',
]

type Word = NonNullable<Linux['rootfsPropagation']>
type Row = readonly [root: string, tmpfs: string, bind: string]

/**
 * For each word the propagation of the root, of a tmpfs and of a bind mount without one of their own, if the host's mounts are shared, and
 * if they are private.
 */
const words: Readonly<Record<Word | 'none', readonly [shared: Row, priv: Row]>> = {
  none: [
    [' slave', '', ' slave'],
    ['', '', ''],
  ],
  shared: [
    [' shared', '', ' slave'],
    [' shared', '', ''],
  ],
  // A bind mount without `shared` sends no mounts to the host.
  rshared: [
    [' shared', ' shared', ' shared slave'],
    [' shared', ' shared', ' shared'],
  ],
  slave: [
    [' slave', '', ' slave'],
    ['', '', ''],
  ],
  rslave: [
    [' slave', '', ' slave'],
    ['', '', ''],
  ],
  private: [
    ['', '', ' slave'],
    ['', '', ''],
  ],
  rprivate: [
    ['', '', ' slave'],
    ['', '', ''],
  ],
  unbindable: [
    [' unbindable', '', ' slave'],
    [' unbindable', '', ''],
  ],
  runbindable: [
    [' unbindable', ' unbindable', ' unbindable'],
    [' unbindable', ' unbindable', ' unbindable'],
  ],
}

const one = [{ containerID: 0, hostID: 100_000, size: 65_536 }]
const kinds: Readonly<Record<string, { readonly linux: Linux; readonly flags: readonly string[] }>> = {
  'a container': { linux: { namespaces: [{ type: 'pid' }, { type: 'mount' }] }, flags: [] },
  'one without pivot_root': { linux: { namespaces: [{ type: 'pid' }, { type: 'mount' }] }, flags: ['--no-pivot'] },
  'one with a user namespace': {
    linux: { namespaces: [{ type: 'pid' }, { type: 'mount' }, { type: 'user' }], uidMappings: one, gidMappings: one },
    flags: [],
  },
}

for (const { name, command } of bindings)
  for (const [kind, { linux, flags }] of Object.entries(kinds))
    for (const [word, rows] of Object.entries(words))
      for (const [index, propagation] of ['shared', 'private'].entries()) {
        if (flags.length > 0 && word.endsWith('private')) continue // refused: a private root needs pivot_root
        // Node starts slowly, and the plan is the same.
        if (name !== 'ocits' && (propagation === 'private' || kind !== 'a container')) continue
        live(`${name}: ${word} in ${kind}, propagation of the host’s mounts: ${propagation}`, async () => {
          const asked = word === 'none' ? {} : { rootfsPropagation: word as Word }
          const mounts = [
            proc,
            { destination: '/new', type: 'tmpfs', source: 'tmpfs' },
            { destination: '/data', source: data, options: ['rbind'] },
          ]
          const seen = ['mount', '/', 'mount', '/new', 'mount', '/data']
          const path = await make(config(seen, { linux: { ...linux, ...asked }, mounts }))
          if (linux.uidMappings !== undefined) await must(['chown', '-R', '100000:100000', path])
          const before = traces(root)
          const all = [...where(propagation), ...command, '--root', root, 'run', ...flags, '--bundle', path, 'x']
          const found = succeeded(await run(all))
            .split('\n')
            .map((line) => line.replace(/^mount (\S+): [^ ]+/, '$1').replace(/, .*/, ''))
          const [ofRoot, ofNew, ofData] = rows[index] as Row
          assert.equal(found, [`/${ofRoot}`, `/new${ofNew}`, `/data${ofData}`, ''])
          await unchanged(before, root)
        })
      }

test.run()
