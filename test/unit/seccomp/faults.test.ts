import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { compileFilter } from '../../../src/seccomp/compile.ts'
import { SeccompFailure } from '../../../src/seccomp/failure.ts'
import type { Seccomp } from '../../../src/spec/seccomp.ts'

/** The faults of a profile that the schema would refuse, too, or that no type permits. */
function faults(profile: unknown, native = 'SCMP_ARCH_X86_64'): readonly string[] {
  try {
    compileFilter(profile as Seccomp, native)
  } catch (error) {
    if (!(error instanceof SeccompFailure)) throw error
    return error.faults.map(({ pointer, message }) => `${pointer}: ${message}`)
  }
  return []
}

const base = { defaultAction: 'SCMP_ACT_ERRNO' }
const entry = (more: object) => ({ ...base, syscalls: [{ names: ['mount'], action: 'SCMP_ACT_ALLOW', ...more }] })
const arg = (more: object) => entry({ args: [{ index: 0, value: 1, op: 'SCMP_CMP_EQ', ...more }] })

const cases: readonly (readonly [profile: object, ...faults: string[]])[] = [
  [{ defaultAction: 'SCMP_ACT_NO' }, '/defaultAction: unknown action SCMP_ACT_NO'],
  [
    { defaultAction: 'SCMP_ACT_KILL', defaultErrnoRet: 1 },
    '/defaultErrnoRet: SCMP_ACT_KILL has no errno; only SCMP_ACT_ERRNO and SCMP_ACT_TRACE have',
  ],
  [{ ...base, defaultErrnoRet: 4096 }, '/defaultErrnoRet: is more than 4095'],
  [{ ...base, defaultErrnoRet: 4095 }],
  [
    { defaultAction: 'SCMP_ACT_NOTIFY' },
    '/defaultAction: SCMP_ACT_NOTIFY cannot be for all calls: write is one of them',
  ],
  [{ ...base, architectures: ['SCMP_ARCH_VAX'] }, '/architectures/0: unknown architecture SCMP_ARCH_VAX'],
  [{ ...base, architectures: ['toString'] }, '/architectures/0: unknown architecture toString'],
  [
    { ...base, architectures: ['SCMP_ARCH_X86', 'SCMP_ARCH_S390X'] },
    '/architectures/1: SCMP_ARCH_S390X has not the byte order of SCMP_ARCH_X86_64',
  ],
  [{ ...base, flags: ['SECCOMP_FILTER_FLAG_NO'] }, '/flags/0: unknown flag SECCOMP_FILTER_FLAG_NO'],
  [
    { ...base, flags: ['SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV'] },
    '/flags/0: SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV is for filters with SCMP_ACT_NOTIFY',
  ],
  [{ ...base, listenerMetadata: 'x' }, '/listenerMetadata: is for a listener, and there is no listenerPath'],
  [entry({ names: ['mount', ''] }), '/syscalls/0/names/1: is empty'],
  [entry({ action: 'SCMP_ACT_NO' }), '/syscalls/0/action: unknown action SCMP_ACT_NO'],
  [
    entry({ errnoRet: 1 }),
    '/syscalls/0/errnoRet: SCMP_ACT_ALLOW has no errno; only SCMP_ACT_ERRNO and SCMP_ACT_TRACE have',
  ],
  [entry({ action: 'SCMP_ACT_TRACE', errnoRet: 0x1_0000 }), '/syscalls/0/errnoRet: is more than 65535'],
  [entry({ action: 'SCMP_ACT_TRACE', errnoRet: 0xffff })],
  [entry({ action: 'SCMP_ACT_NOTIFY' }), '/syscalls/0/action: SCMP_ACT_NOTIFY needs a listenerPath'],
  [
    { ...entry({ action: 'SCMP_ACT_NOTIFY', names: ['read', 'write'] }), listenerPath: '/run/agent' },
    '/syscalls/0/names/1: SCMP_ACT_NOTIFY cannot be for write',
  ],
  [arg({ index: 6 }), '/syscalls/0/args/0/index: a call has the arguments 0 to 5'],
  [arg({ op: 'SCMP_CMP_NO' }), '/syscalls/0/args/0/op: unknown operator SCMP_CMP_NO'],
  [arg({ value: -1 }), '/syscalls/0/args/0/value: is not an integer of 64 bits'],
  [arg({ value: 2 ** 53 }), '/syscalls/0/args/0/value: is not an integer of 64 bits'],
  [arg({ value: 2n ** 64n }), '/syscalls/0/args/0/value: is not an integer of 64 bits'],
  [arg({ value: 2n ** 64n - 1n })],
  [arg({ valueTwo: 0.5 }), '/syscalls/0/args/0/valueTwo: is not an integer of 64 bits'],
  // All at once.
  [
    { defaultAction: 'x', architectures: ['y'], flags: ['z'] },
    '/defaultAction: unknown action x',
    '/architectures/0: unknown architecture y',
    '/flags/0: unknown flag z',
  ],
]

for (const [profile, ...expected] of cases) {
  test(
    expected.join('; ') || `no fault: ${JSON.stringify(profile, (_, v) => (typeof v === 'bigint' ? `${v}` : v))}`,
    () => {
      assert.equal(faults(profile), expected)
    },
  )
}

test('two actions under the same conditions', () => {
  const rule = (action: string, value: number) => ({
    names: ['socket'],
    action,
    args: [{ index: 0, value, op: 'SCMP_CMP_EQ' }],
  })
  const same = { ...base, syscalls: [rule('SCMP_ACT_ALLOW', 1), rule('SCMP_ACT_KILL', 1)] }
  assert.equal(faults(same), [
    '/syscalls/1: asks for another action than /syscalls/0 under the same conditions, on SCMP_ARCH_X86_64',
  ])
  // On x86 both are socketcall(1, …), whatever the arguments.
  const apart = { ...base, syscalls: [rule('SCMP_ACT_ALLOW', 1), rule('SCMP_ACT_KILL', 2)] }
  assert.equal(faults(apart), [])
  assert.equal(faults({ ...apart, architectures: ['SCMP_ARCH_X86'] }), [
    '/syscalls/1: asks for another action than /syscalls/0 under the same conditions, on SCMP_ARCH_X86',
  ])
})

test('the error for a filter that is too long for the kernel has the excess', () => {
  const values = (count: number) =>
    Array.from({ length: count }, (_, i) => ({
      names: ['ioctl'],
      action: 'SCMP_ACT_ALLOW',
      args: [
        { index: 1, value: 2 * i, op: 'SCMP_CMP_EQ' },
        { index: 2, value: i, op: 'SCMP_CMP_EQ' },
      ],
    }))
  assert.equal(faults({ ...base, syscalls: values(400) }), [])
  const [message = ''] = faults({ ...base, syscalls: values(600) })
  const size = Number(/^\/syscalls: makes a filter of (\d+) instructions; the kernel accepts 4096$/.exec(message)?.[1])
  assert.ok(size > 4800 && size < 5000, message)
})

test("a machine without a table is not the profile's fault", () => {
  assert.throws(
    () => compileFilter({ defaultAction: 'SCMP_ACT_ALLOW' }, 'SCMP_ARCH_VAX'),
    /no table of system calls for SCMP_ARCH_VAX/,
  )
})

test('a call with very many rules makes a filter that is too long', () => {
  const rule = (value: number) => ({
    names: ['mount'],
    action: value === 0 ? 'SCMP_ACT_LOG' : 'SCMP_ACT_ALLOW',
    args: [
      { index: 0, value: 1, op: 'SCMP_CMP_EQ' },
      { index: 1, value, op: 'SCMP_CMP_EQ' },
    ],
  })
  const [fault, ...more] = faults({ ...base, syscalls: Array.from({ length: 200_000 }, (_, value) => rule(value)) })
  assert.match(fault ?? '', /^\/syscalls: makes a filter of \d+ instructions; the kernel accepts 4096$/)
  assert.equal(more, [])
})

test.run()
