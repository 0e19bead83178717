import { type Static, Type } from '@sinclair/typebox'
import { oneOf, Uint32, Uint64 } from './scalars.ts'

export type SeccompAction = Static<typeof SeccompAction>
export const SeccompAction = oneOf([
  'SCMP_ACT_KILL',
  'SCMP_ACT_KILL_PROCESS',
  'SCMP_ACT_KILL_THREAD',
  'SCMP_ACT_TRAP',
  'SCMP_ACT_ERRNO',
  'SCMP_ACT_TRACE',
  'SCMP_ACT_ALLOW',
  'SCMP_ACT_LOG',
  'SCMP_ACT_NOTIFY',
])

export type SeccompArch = Static<typeof SeccompArch>
export const SeccompArch = oneOf([
  'SCMP_ARCH_X86',
  'SCMP_ARCH_X86_64',
  'SCMP_ARCH_X32',
  'SCMP_ARCH_ARM',
  'SCMP_ARCH_AARCH64',
  'SCMP_ARCH_LOONGARCH64',
  'SCMP_ARCH_M68K',
  'SCMP_ARCH_MIPS',
  'SCMP_ARCH_MIPS64',
  'SCMP_ARCH_MIPS64N32',
  'SCMP_ARCH_MIPSEL',
  'SCMP_ARCH_MIPSEL64',
  'SCMP_ARCH_MIPSEL64N32',
  'SCMP_ARCH_PPC',
  'SCMP_ARCH_PPC64',
  'SCMP_ARCH_PPC64LE',
  'SCMP_ARCH_S390',
  'SCMP_ARCH_S390X',
  'SCMP_ARCH_SH',
  'SCMP_ARCH_SHEB',
  'SCMP_ARCH_PARISC',
  'SCMP_ARCH_PARISC64',
  'SCMP_ARCH_RISCV64',
])

export type SeccompOperator = Static<typeof SeccompOperator>
export const SeccompOperator = oneOf([
  'SCMP_CMP_NE',
  'SCMP_CMP_LT',
  'SCMP_CMP_LE',
  'SCMP_CMP_EQ',
  'SCMP_CMP_GE',
  'SCMP_CMP_GT',
  'SCMP_CMP_MASKED_EQ',
])

export type SeccompFlag = Static<typeof SeccompFlag>
export const SeccompFlag = oneOf([
  'SECCOMP_FILTER_FLAG_TSYNC',
  'SECCOMP_FILTER_FLAG_LOG',
  'SECCOMP_FILTER_FLAG_SPEC_ALLOW',
  'SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV',
])

export type SeccompArg = Static<typeof SeccompArg>
export const SeccompArg = Type.Object({
  index: Uint32({ description: 'Which argument, 0 to 5.' }),
  value: Uint64({ description: 'What it is compared with; for SCMP_CMP_MASKED_EQ the mask.' }),
  valueTwo: Type.Optional(Uint64({ description: 'For SCMP_CMP_MASKED_EQ: the value under the mask.' })),
  op: SeccompOperator,
})

export type SeccompSyscall = Static<typeof SeccompSyscall>
export const SeccompSyscall = Type.Object({
  names: Type.Array(Type.String(), { minItems: 1, description: 'System calls; names that are not known are skipped.' }),
  action: SeccompAction,
  errnoRet: Type.Optional(Uint32({ description: 'For SCMP_ACT_ERRNO and SCMP_ACT_TRACE; EPERM without it.' })),
  args: Type.Optional(Type.Array(SeccompArg, { description: 'All must hold.' })),
})

export type Seccomp = Static<typeof Seccomp>
export const Seccomp = Type.Object(
  {
    defaultAction: SeccompAction,
    defaultErrnoRet: Type.Optional(Uint32({ description: 'For SCMP_ACT_ERRNO and SCMP_ACT_TRACE; EPERM without it.' })),
    architectures: Type.Optional(Type.Array(SeccompArch, { description: 'Besides the native one.' })),
    flags: Type.Optional(Type.Array(SeccompFlag, { description: 'As in seccomp(2).' })),
    listenerPath: Type.Optional(Type.String({ description: 'The socket that is sent the notify descriptor.' })),
    listenerMetadata: Type.Optional(Type.String({ description: 'Opaque data for the listener.' })),
    syscalls: Type.Optional(Type.Array(SeccompSyscall)),
  },
  { description: 'The filter of system calls.' },
)
