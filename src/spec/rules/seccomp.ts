import { at, type Fault } from '../pointer.ts'
import type { Seccomp, SeccompAction, SeccompSyscall } from '../seccomp.ts'
import type { Spec } from '../spec.ts'

/** SECCOMP_RET_DATA: what an action carries has 16 bits, and the kernel cuts errors at MAX_ERRNO (seccomp(2)). */
const maxErrno = 4095
const maxTrace = 65_535

export function* seccomp(spec: Spec): Generator<Fault> {
  const seccomp: Seccomp | undefined = spec.linux?.seccomp
  if (seccomp === undefined) return
  const pointer = '/linux/seccomp'
  // Whoever decides on the notifications might be stopped by one: there would be no way to send the descriptor.
  if (seccomp.defaultAction === 'SCMP_ACT_NOTIFY') {
    yield { pointer: `${pointer}/defaultAction`, message: 'SCMP_ACT_NOTIFY cannot be used as default action' }
  }
  yield* errnoRet(seccomp.defaultAction, seccomp.defaultErrnoRet, `${pointer}/defaultErrnoRet`)
  for (const [index, syscall] of (seccomp.syscalls ?? []).entries()) yield* call(syscall, index)
  yield* listener(seccomp)
}

function* call(syscall: SeccompSyscall, index: number): Generator<Fault> {
  const pointer = at('linux', 'seccomp', 'syscalls', index)
  if (syscall.action === 'SCMP_ACT_NOTIFY' && syscall.names.includes('write')) {
    yield { pointer: `${pointer}/names`, message: 'SCMP_ACT_NOTIFY cannot be used for the write syscall' }
  }
  yield* errnoRet(syscall.action, syscall.errnoRet, `${pointer}/errnoRet`)
  if (syscall.args === undefined) return
  for (const [number, arg] of syscall.args.entries()) {
    if (arg.index > 5)
      yield { pointer: `${pointer}/args/${number}/index`, message: 'a system call has arguments 0 to 5' }
  }
}

function* errnoRet(action: SeccompAction, value: number | undefined, pointer: string): Generator<Fault> {
  if (value === undefined) return
  if (action !== 'SCMP_ACT_ERRNO' && action !== 'SCMP_ACT_TRACE') {
    yield { pointer, message: `${action} takes no errnoRet` }
  } else if (value > (action === 'SCMP_ACT_ERRNO' ? maxErrno : maxTrace)) {
    yield { pointer, message: `more than ${action === 'SCMP_ACT_ERRNO' ? maxErrno : maxTrace}` }
  }
}

function* listener(seccomp: Seccomp): Generator<Fault> {
  const { listenerPath = '', listenerMetadata = '', syscalls = [] } = seccomp
  if (listenerPath !== '') return
  if (syscalls.some(({ action }) => action === 'SCMP_ACT_NOTIFY')) {
    yield { pointer: '/linux/seccomp/listenerPath', message: 'SCMP_ACT_NOTIFY needs listenerPath' }
  }
  if (listenerMetadata !== '') {
    yield { pointer: '/linux/seccomp/listenerMetadata', message: 'listenerMetadata needs listenerPath' }
  }
}
