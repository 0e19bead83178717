import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Spec } from '../../src/spec/spec.ts'
import { bindings } from '../harness/binding.ts'
import { lawsOf } from '../harness/laws.ts'
import { config, make } from '../harness/make.ts'

const root = '/run/ocits-large'

const times = <T>(count: number, each: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => each(i))
const named = <T>(count: number, name: (index: number) => string, value: T): Record<string, T> =>
  Object.fromEntries(times(count, (i) => [name(i), value]))
const linux = (part: NonNullable<Spec['linux']>): Partial<Spec> => ({
  linux: { namespaces: [{ type: 'mount' }, { type: 'pid' }], ...part },
})
type Calls = NonNullable<NonNullable<NonNullable<Spec['linux']>['seccomp']>['syscalls']>
const seccomp = (syscalls: Calls): Partial<Spec> => linux({ seccomp: { defaultAction: 'SCMP_ACT_ALLOW', syscalls } })
const tmpfs = (options: readonly string[]) => (index: number) => ({
  destination: `/m${index}`,
  type: 'tmpfs',
  source: 'tmpfs',
  options: [...options],
})

/** Each is so large that quadratic work would take minutes; with the size of its plan, or the reason why there is none. */
const shapes: Readonly<Record<string, readonly [part: Partial<Spec>, says: RegExp]>> = {
  'mounts that turn read-only late': [{ mounts: times(20_000, tmpfs(['tmpcopyup', 'rro'])) }, /^$/],
  'limits that cannot be had': [
    linux({ resources: { unified: named(50_000, (i) => `nothing.x${i}`, '1') } }),
    /unified\/nothing\.x0: the cgroup controller nothing /,
  ],
  'seccomp rules for one call': [
    seccomp(
      times(20_000, (value) => ({
        names: ['read'],
        action: 'SCMP_ACT_ERRNO' as const,
        args: [{ index: value % 6, value, op: 'SCMP_CMP_GT' as const }],
      })),
    ),
    /^ocits: config\.json#\/linux\/seccomp\/syscalls: makes a filter of \d+ instructions; the kernel accepts 4096\n$/,
  ],
  'device rules': [
    linux({
      resources: { devices: times(20_000, (minor) => ({ allow: true, type: 'c', major: 1, minor, access: 'r' })) },
    }),
    /^$/,
  ],
  hooks: [{ hooks: { createRuntime: times(20_000, () => ({ path: '/bin/true' })) } }, /^$/],
}

for (const binding of bindings) {
  const law = lawsOf(binding, root)

  for (const [name, [part, says]] of Object.entries(shapes))
    law(`${name}, in thousands, are planned or refused quickly`, async (ocits) => {
      const bundle = await make(config(['id'], part))
      const { code, stderr } = await ocits(['plan', bundle], { limit: 10_000 })
      assert.match(stderr, says)
      assert.is(code, says.source === '^$' ? 0 : 1)
    })

  const call = (name: (index: number) => string) => seccomp([{ names: times(5_000, name), action: 'SCMP_ACT_ERRNO' }])
  const strange: Readonly<Record<string, Partial<Spec>>> = {
    'unknown properties': named(5_000, (i) => `hostnam${i}`, 1),
    'a property with a name of a megabyte': { ['x'.repeat(1_000_000)]: 1 } as Partial<Spec>,
    'unknown calls': call((i) => `mkdirr${i}`),
    'calls with long names': call((i) => 'mkdir'.repeat(100) + i),
  }
  for (const [name, part] of Object.entries(strange))
    law(`validate reports ${name} quickly`, async (ocits) => {
      const { code, stderr } = await ocits(['validate', await make(config(['id'], part))], { limit: 10_000 })
      assert.match(stderr, /^ocits: warning: /)
      assert.is(code, 0)
    })

  if (binding.name === 'ocits')
    law('a config that does not fit in memory gets an error of one line', async (ocits) => {
      const bundle = await make(config(['id'], { mounts: times(120_000, tmpfs(['shared'])) }))
      const { code, stdout, stderr } = await ocits(['plan', bundle], { limit: 20_000 })
      assert.equal([code, stdout], [1, ''])
      assert.match(stderr, /^ocits: out of memory: .*\n$/)
    })
}

test.run()
