import { utf8Length } from '../path.ts'
import { below, type Report } from '../pointer.ts'
import type { Seccomp, SeccompAction, SeccompSyscall } from '../seccomp.ts'
import type { Spec } from '../spec.ts'

/** SECCOMP_RET_DATA has 16 bits, and the kernel limits errors to MAX_ERRNO (seccomp(2)). */
const maxErrno = 4095
const maxTrace = 65_535

/** sun_path without its NUL (unix(7)). */
const maxSocket = 107

export function seccompRules(spec: Spec, report: Report): void {
  const seccomp = spec.linux?.seccomp
  if (seccomp === undefined) return
  const here = below(report, '/linux/seccomp')
  // Every system call would then wait for the agent, also the one that sends the descriptor to it.
  if (seccomp.defaultAction === 'SCMP_ACT_NOTIFY') {
    here('/defaultAction', 'SCMP_ACT_NOTIFY cannot be used as default action')
  }
  errnoRet(seccomp.defaultAction, seccomp.defaultErrnoRet, below(here, '/defaultErrnoRet'))
  seccomp.syscalls?.forEach((syscall, index) => {
    call(syscall, below(here, `/syscalls/${index}`))
  })
  listener(seccomp, here)
}

function call(syscall: SeccompSyscall, report: Report): void {
  if (syscall.action === 'SCMP_ACT_NOTIFY' && syscall.names.includes('write')) {
    report('/names', 'SCMP_ACT_NOTIFY cannot be used for the write syscall')
  }
  if (syscall.errnoRet !== undefined) errnoRet(syscall.action, syscall.errnoRet, below(report, '/errnoRet'))
  syscall.args?.forEach((arg, index) => {
    if (arg.index > 5) report(`/args/${index}/index`, 'a system call has arguments 0 to 5')
  })
}

function errnoRet(action: SeccompAction, value: number | undefined, report: Report): void {
  if (value === undefined) return
  const max = action === 'SCMP_ACT_ERRNO' ? maxErrno : maxTrace
  if (action !== 'SCMP_ACT_ERRNO' && action !== 'SCMP_ACT_TRACE') report('', `${action} takes no errnoRet`)
  else if (value > max) report('', `more than ${max}`)
}

function listener(seccomp: Seccomp, report: Report): void {
  const { listenerPath = '', listenerMetadata = '' } = seccomp
  if (utf8Length(listenerPath) > maxSocket)
    report('/listenerPath', `longer than ${maxSocket} bytes, as a socket's path is`)
  if (listenerPath !== '') return
  if (seccomp.syscalls?.some(({ action }) => action === 'SCMP_ACT_NOTIFY')) {
    report('/listenerPath', 'SCMP_ACT_NOTIFY needs listenerPath')
  }
  if (listenerMetadata !== '') report('/listenerMetadata', 'listenerMetadata needs listenerPath')
}
