import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { compileFilter } from '../../../src/seccomp/compile.ts'
import type { Seccomp, SeccompArg, SeccompSyscall } from '../../../src/spec/seccomp.ts'
import { data, parse, verdict } from '../../oracle/seccomp/bpf.ts'

const X86_64 = 0xc000_003e
const I386 = 0x4000_0003
const ALLOW = 0x7fff_0000
const EPERM = 0x0005_0001
const ENOSYS = 0x0005_0026
const KILL_THREAD = 0
const KILL_PROCESS = 0x8000_0000

/** The verdict of a profile's filter for calls on x86_64, or on another machine. */
function filter(profile: Seccomp, native = 'SCMP_ARCH_X86_64', bigEndian = false) {
  const bpf = parse(compileFilter(profile, native).filter, bigEndian)
  return (nr: number, args: readonly (number | bigint)[] = [], arch = X86_64) =>
    verdict(bpf, data(nr >>> 0, arch, args.map(BigInt), bigEndian))
}

const allow = (names: string[], ...args: SeccompArg[]): SeccompSyscall => ({ names, action: 'SCMP_ACT_ALLOW', args })
const when = (index: number, op: string, value: number | bigint, valueTwo: number | bigint = 0): SeccompArg => ({
  index,
  op: `SCMP_CMP_${op}` as SeccompArg['op'],
  value,
  valueTwo,
})
const only = (...syscalls: SeccompSyscall[]): Seccomp => ({ defaultAction: 'SCMP_ACT_ERRNO', syscalls })

const READ = 0
const WRITE = 1
const IOCTL = 16
const MOUNT = 165
const FUTEX_WAITV = 449

test("docker's default profile, call by call", () => {
  const profile: Seccomp = JSON.parse(
    readFileSync(new URL('../../oracle/profiles/docker.json', import.meta.url), 'utf8'),
  )
  const say = filter(profile)
  const [clone, personality, socket] = [56, 135, 41]
  assert.is(say(READ), ALLOW)
  assert.is(say(MOUNT), EPERM)
  assert.is(say(clone, [0x11]), ALLOW)
  assert.is(say(clone, [0x1000_0011]), EPERM)
  assert.is(say(435), ENOSYS)
  assert.is(say(personality, [0xffff_ffff]), ALLOW)
  assert.is(say(personality, [0x1_0000_0000n]), EPERM)
  assert.is(say(personality, [1]), EPERM)
  assert.is(say(socket, [40]), EPERM)
  assert.is(say(socket, [2]), ALLOW)
  // 32-bit calls: mount is 21, read 3. x32: the bit and 165, 0.
  assert.is(say(21, [], I386), EPERM)
  assert.is(say(3, [], I386), ALLOW)
  assert.is(say(0x4000_0000 + MOUNT), EPERM)
  assert.is(say(0x4000_0000 + READ), ALLOW)
  // Newer than the profile, on each of the three; a foreign machine.
  for (const nr of [600, 0x4000_0000 + 600, 0x8000_0000, 0xffff_ffff]) assert.is(say(nr), ENOSYS)
  assert.is(say(600, [], I386), ENOSYS)
  assert.is(say(READ, [], 0xc000_00b7), KILL_THREAD)
  assert.ok(compileFilter(profile, 'SCMP_ARCH_X86_64').filter.length / 8 < 320)
})

test('actions and their data', () => {
  const verdicts = (entry: Partial<SeccompSyscall>) =>
    filter({
      defaultAction: 'SCMP_ACT_LOG',
      listenerPath: '/a',
      syscalls: [{ names: ['read'], action: 'SCMP_ACT_LOG', ...entry }],
    })(READ)
  assert.is(verdicts({ action: 'SCMP_ACT_KILL' }), KILL_THREAD)
  assert.is(verdicts({ action: 'SCMP_ACT_KILL_THREAD' }), KILL_THREAD)
  assert.is(verdicts({ action: 'SCMP_ACT_KILL_PROCESS' }), KILL_PROCESS)
  assert.is(verdicts({ action: 'SCMP_ACT_TRAP' }), 0x0003_0000)
  assert.is(verdicts({ action: 'SCMP_ACT_ERRNO' }), EPERM)
  assert.is(verdicts({ action: 'SCMP_ACT_ERRNO', errnoRet: 0 }), 0x0005_0000)
  assert.is(verdicts({ action: 'SCMP_ACT_NOTIFY' }), 0x7fc0_0000)
  assert.is(verdicts({ action: 'SCMP_ACT_TRACE', errnoRet: 0xabcd }), 0x7ff0_abcd)
  assert.is(verdicts({ action: 'SCMP_ACT_ALLOW' }), ALLOW)
  assert.is(verdicts({}), 0x7ffc_0000)
})

test('operators compare 64 bits', () => {
  const five = 0x5_0000_0005n
  const truth = (op: string, ...holds: bigint[]) => {
    const say = filter(only(allow(['ioctl'], when(1, op, five))))
    const tried = [
      0n,
      5n,
      five - (1n << 32n),
      five - 1n,
      five,
      five + 1n,
      five + (1n << 32n),
      five - 5n,
      2n ** 64n - 1n,
    ]
    for (const value of tried)
      assert.is(say(IOCTL, [0, value]), holds.includes(value) ? ALLOW : EPERM, `${op} ${value}`)
  }
  const below = [0n, 5n, five - (1n << 32n), five - 1n, five - 5n]
  const above = [five + 1n, five + (1n << 32n), 2n ** 64n - 1n]
  truth('EQ', five)
  truth('NE', ...below, ...above)
  truth('LT', ...below)
  truth('LE', ...below, five)
  truth('GT', ...above)
  truth('GE', ...above, five)
})

test('a mask covers both halves, and its value is masked, too', () => {
  const say = filter(only(allow(['ioctl'], when(0, 'MASKED_EQ', 0xf0_0000_000fn, 0xff_0000_0003n))))
  assert.is(say(IOCTL, [0xf0_1234_5673n]), ALLOW)
  assert.is(say(IOCTL, [0xf0_1234_5672n]), EPERM)
  assert.is(say(IOCTL, [0xe0_1234_5673n]), EPERM)
  // Values with the same verdict are tested together, but not if the mask lacks upper bits.
  const two = filter(only(...[1, 2].map((low) => allow(['ioctl'], when(0, 'MASKED_EQ', 0xfe_ffff_ffff, low)))))
  assert.is(two(IOCTL, [0x1_0000_0002n]), ALLOW)
  assert.is(two(IOCTL, [0x2_0000_0002n]), EPERM)
})

test('of conditions on one argument one must be true, of those on different ones all', () => {
  const any = filter(only(allow(['ioctl'], when(1, 'EQ', 3), when(1, 'EQ', 5))))
  for (const [value, says] of [
    [3, ALLOW],
    [5, ALLOW],
    [4, EPERM],
  ] as const)
    assert.is(any(IOCTL, [0, value]), says)
  const all = filter(only(allow(['ioctl'], when(0, 'EQ', 3), when(1, 'EQ', 5))))
  for (const [first, second, says] of [
    [3, 5, ALLOW],
    [3, 4, EPERM],
    [4, 5, EPERM],
  ] as const)
    assert.is(all(IOCTL, [first, second]), says)
})

test('the first verdict without conditions wins', () => {
  const kill: SeccompSyscall = { names: ['ioctl'], action: 'SCMP_ACT_KILL', args: [when(0, 'EQ', 1)] }
  const trap: SeccompSyscall = { names: ['ioctl'], action: 'SCMP_ACT_TRAP' }
  for (const entries of [
    [kill, allow(['ioctl']), trap],
    [allow(['ioctl']), kill, trap],
  ])
    assert.is(filter(only(...entries))(IOCTL, [1]), ALLOW)
  // A rule with the default verdict is skipped, and hides nothing.
  const say = filter(
    only({ names: ['ioctl'], action: 'SCMP_ACT_ERRNO', errnoRet: 1 }, allow(['ioctl'], when(0, 'EQ', 1))),
  )
  assert.is(say(IOCTL, [1]), ALLOW)
  assert.is(say(IOCTL, [2]), EPERM)
})

test('calls newer than the profile are ENOSYS, unless the default allows them', () => {
  const say = (defaultAction: Seccomp['defaultAction'], ...names: string[]) =>
    filter({ defaultAction, syscalls: [allow(names)] })
  assert.is(say('SCMP_ACT_ERRNO', 'read', 'futex_waitv')(FUTEX_WAITV + 1), ENOSYS)
  assert.is(say('SCMP_ACT_ERRNO', 'read', 'futex_waitv')(FUTEX_WAITV - 1), EPERM)
  assert.is(say('SCMP_ACT_KILL_PROCESS', 'write')(WRITE + 1), ENOSYS)
  assert.is(say('SCMP_ACT_KILL_PROCESS', 'write')(READ), KILL_PROCESS)
  // As in runc: only number 0 is named, or nothing.
  assert.is(say('SCMP_ACT_ERRNO', 'read')(WRITE), EPERM)
  assert.is(say('SCMP_ACT_ERRNO', 'no_such_call')(WRITE), EPERM)
  for (const [permissive, value] of [
    ['SCMP_ACT_LOG', 0x7ffc_0000],
    ['SCMP_ACT_TRACE', 0x7ff0_0001],
  ] as const)
    assert.is(say(permissive, 'write')(WRITE + 1), value)
})

test('x32 is another ABI than x86_64', () => {
  const narrow = filter(only(allow(['write'])))
  assert.is(narrow(0x4000_0000 + WRITE), KILL_THREAD)
  assert.is(narrow(0xffff_ffff), EPERM)
  const both = filter({ ...only(allow(['write', 'readv'])), architectures: ['SCMP_ARCH_X32'] })
  assert.is(both(0x4000_0000 + WRITE), ALLOW)
  // readv is 19, but 515 of x32.
  assert.is(both(0x4000_0000 + 19), EPERM)
  assert.is(both(0x4000_0000 + 515), ALLOW)
})

test('socketcall and ipc allow the calls that they carry', () => {
  const x86: Seccomp = {
    ...only(allow(['socket'], when(0, 'NE', 40)), allow(['shmat'])),
    architectures: ['SCMP_ARCH_X86'],
  }
  const say = filter(x86)
  const [socketcall, ipc, socket] = [102, 117, 359]
  assert.is(say(socketcall, [1], I386), ALLOW)
  assert.is(say(socketcall, [2], I386), EPERM)
  assert.is(say(ipc, [21], I386), ALLOW)
  assert.is(say(ipc, [22], I386), EPERM)
  assert.is(say(socket, [2], I386), ALLOW)
  assert.is(say(socket, [40], I386), EPERM)
})

test('s390x: big endian, and large unknown numbers, which are 0', () => {
  const say = filter(only(allow(['ioctl'], when(1, 'GT', 0x5_0000_0000n))), 'SCMP_ARCH_S390X', true)
  const S390X = 0x8000_0016
  assert.is(say(54, [0, 0x5_0000_0001n], S390X), ALLOW)
  assert.is(say(54, [0, 0x1_0000_0005n], S390X), EPERM)
  assert.is(say(0, [], S390X), ENOSYS)
})

test('jumps reach, however long the filter is', () => {
  const names = [...Array(90).keys()].map((i) => allow(['ioctl'], when(1, 'EQ', i * 3), when(2, 'EQ', i)))
  const say = filter(only(allow(['read', 'mount']), ...names))
  for (let i = 0; i < 90; i++) assert.is(say(IOCTL, [0, i * 3, i]), ALLOW)
  assert.is(say(IOCTL, [0, 3, 2]), EPERM)
  assert.is(say(READ), ALLOW)
  assert.is(say(MOUNT), ALLOW)
  assert.is(say(WRITE), EPERM)
})

test('flags', () => {
  const flags = (profile: Partial<Seccomp>) => {
    const made = compileFilter({ defaultAction: 'SCMP_ACT_ALLOW', ...profile }, 'SCMP_ARCH_X86_64')
    return [made.flags, made.notify]
  }
  const notify: Partial<Seccomp> = { listenerPath: '/a', syscalls: [{ names: ['mount'], action: 'SCMP_ACT_NOTIFY' }] }
  assert.equal(flags({}), [4, false])
  assert.equal(flags({ flags: [] }), [0, false])
  assert.equal(flags({ flags: ['SECCOMP_FILTER_FLAG_TSYNC', 'SECCOMP_FILTER_FLAG_LOG'] }), [2, false])
  assert.equal(flags({ flags: ['SECCOMP_FILTER_FLAG_SPEC_ALLOW'] }), [4, false])
  assert.equal(flags(notify), [12, true])
  assert.equal(flags({ ...notify, flags: ['SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV'] }), [40, true])
})

test.run()
