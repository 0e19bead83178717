import { type Finding, inPath, judged, kernelText, type Patient } from './finding.ts'

/** Filters of system calls, and security modules. */
export function* securityModules({ native, host, spec }: Patient): Generator<Finding> {
  const { linux, process } = spec
  const actions = kernelText(native, '/proc/sys/kernel/seccomp/actions_avail')
  yield judged('seccomp', {
    has: actions !== '',
    needed: linux?.seccomp !== undefined,
    detail: actions,
    lack: 'this kernel has no filters',
    cure: 'a kernel with CONFIG_SECCOMP_FILTER',
  })
  const { apparmor, selinux } = host.security
  yield judged('AppArmor', {
    has: apparmor !== undefined,
    needed: (process?.apparmorProfile ?? '') !== '',
    detail: 'active',
    lack: 'not active: a profile of a config is refused',
  })
  yield judged('SELinux', {
    has: selinux,
    needed: (process?.selinuxLabel ?? '') !== '',
    detail: 'active',
    lack: 'not active: a label of a process is refused, one of mounts has no effect',
  })
}

/** Programs beside ocits. */
export function* programs({ native }: Patient): Generator<Finding> {
  yield judged('systemd', {
    has: native.mode('/run/systemd/system') >= 0,
    needed: false,
    detail: 'it has booted this machine: --systemd-cgroup',
    lack: 'it has not booted this machine: no --systemd-cgroup',
  })
  const criu = inPath(native, 'criu')
  yield judged('CRIU', { has: criu !== undefined, needed: false, detail: criu ?? '', lack: 'not in PATH' })
}
