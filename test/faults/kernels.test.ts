import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Newer, without } from '../harness/inject.ts'
import { reaches, says } from '../harness/life.ts'
import { live } from '../harness/live.ts'
import { succeeded } from '../harness/outcome.ts'
import { type Result, run } from '../harness/run.ts'
import { traces, unchanged } from '../harness/traces.ts'
import { mapped, plain, rich, waiting } from './containers.ts'
import { id, ocits, root, sampled } from './sweep.ts'

// Older kernels, and filters around ocits that do not know newer calls: the container is the same as on a new kernel, or an error names the
// missing call and the first kernel that has it.

const EINVAL = 22

/** The calls, and arguments of older calls, that came with each kernel, oldest first. */
const history: readonly (readonly [version: string, calls: readonly Newer[]])[] = [
  ['5.1', ['pidfd_send_signal', 'io_uring_setup']],
  ['5.2', ['open_tree', 'move_mount', 'fsopen', 'fsconfig', 'fsmount', 'fspick']],
  ['5.3', ['pidfd_open', 'clone3']],
  ['5.6', ['openat2', 'pidfd_getfd']],
  ['5.8', ['faccessat2']],
  ['5.9', ['close_range']],
  ['5.11', ['epoll_pwait2', { name: 'close_range', argument: 2, mask: 4, errno: EINVAL }]],
  ['5.12', ['mount_setattr']],
  ['5.13', ['landlock_create_ruleset', 'landlock_add_rule', 'landlock_restrict_self']],
  ['5.14', ['quotactl_fd', 'memfd_secret']],
  ['5.15', ['process_mrelease']],
  ['5.17', ['set_mempolicy_home_node']],
  ['6.3', [{ name: 'memfd_create', argument: 1, mask: 0x18, errno: EINVAL }]],
  ['6.5', ['cachestat']],
  ['6.6', ['fchmodat2']],
  ['6.8', ['statmount', 'listmount', 'lsm_get_self_attr']],
  ['6.10', ['mseal']],
  ['6.13', ['setxattrat', 'getxattrat', 'listxattrat', 'removexattrat']],
  ['6.15', ['open_tree_attr']],
]

/** The oldest kernel on which everything works. */
const oldest = '5.12'

const nameOf = (call: Newer) => (typeof call === 'string' ? call : `${call.name} ${call.argument}:${call.mask}`)
const isOlder = (a: string, b: string) => {
  const [[x = 0, y = 0] = [], [z = 0, w = 0] = []] = [a, b].map((words) => words.split('.').map(Number))
  return x < z || (x === z && y < w)
}

/** Each call alone, and for each kernel all later ones. */
const every: readonly (readonly [name: string, version: string, calls: readonly Newer[]])[] = [
  ...history.flatMap(([version, calls]) => calls.map((call) => [`no ${nameOf(call)}`, version, [call]] as const)),
  ...[...history.keys()].map((i) => {
    const [version = '', before = '5.0'] = [history[i]?.[0], history[i - 1]?.[0]]
    return [`Linux ${before}`, version, history.slice(i).flatMap(([, calls]) => calls)] as const
  }),
]

const lacks = sampled(every, 9)

/** The error on a kernel that is too old. */
function named({ code, stderr }: Result, name: string, calls: readonly Newer[]): void {
  assert.is(code, 1, `${name}: ${stderr}`)
  const words = [...stderr.matchAll(/(\w+)\(2\) of Linux (\d\.\d+)/g)]
  const told = words.some(([, call, version]) =>
    history.some(([since, all]) => since === version && all.some((one) => one === call && calls.includes(one))),
  )
  assert.match(stderr, /^ocits: .*\n$/)
  assert.ok(told, `${name}: ${stderr}`)
}

for (const [bundle, make] of Object.entries({ plain, rich, mapped }))
  live(
    `run on older kernels: ${bundle}`,
    async () => {
      const path = await make()
      const command = [...ocits.command, 'run', '--bundle', path, id]
      succeeded(await run(command))
      const before = traces(root)
      const whole = succeeded(await run([...without(['cachestat']), ...command]))
      const findings: string[] = []
      for (const [name, version, calls] of lacks) {
        const result = await run([...without(calls), ...command])
        try {
          if (result.code === 0) assert.is(result.stdout, whole, name)
          else {
            named(result, name, calls)
            assert.is(result.stdout, '', name)
            assert.ok(!isOlder(oldest, version), `${name}: it is to do without: ${result.stderr}`)
          }
        } catch (error) {
          findings.push((error as Error).message)
        }
        await unchanged(before, root, name)
      }
      assert.equal(findings, [])
    },
    300_000,
  )

live(
  'the other commands on older kernels',
  async () => {
    const path = await waiting()
    const before = traces(root)
    const findings: string[] = []
    for (const [name, version, calls] of lacks)
      for (const words of [
        ['create', '--bundle', path, id],
        ['start', id],
        ['state', id],
        ['kill', id, 'KILL'],
        ['kill', '--all', id, 'KILL'],
        ['delete', '--force', id],
      ]) {
        if (words[0] !== 'create') {
          const { out } = await ocits(['create', '--bundle', path, id])
          if (words[0] !== 'start') {
            succeeded(await ocits(['start', id]))
            await says(out, 'ready')
          }
        }
        const result = await run([...without(calls), ...ocits.command, ...words])
        try {
          if (result.code !== 0) {
            named(result, `${words[0]}: ${name}`, calls)
            assert.ok(!isOlder(oldest, version), `${name}: it is to do without: ${result.stderr}`)
          } else if (words[0] === 'kill') await reaches(ocits, id, 'stopped')
        } catch (error) {
          findings.push((error as Error).message)
        }
        succeeded(await ocits(['delete', '--force', id]))
        await unchanged(before, root, name)
      }
    assert.equal(findings, [])
  },
  600_000,
)

test.run()
