import { caps } from '../../kernel/caps.ts'
import { oldest } from '../newer_calls.ts'
import { type Finding, judged, kernelText, ownCapabilities, ownStatus, type Patient } from './finding.ts'

/** The kernel and its architecture, and what the caller may do. */
export function* kernel({ native, host }: Patient): Generator<Finding> {
  const release = kernelText(native, '/proc/sys/kernel/osrelease')
  yield judged('kernel', {
    has: isNewer(release, oldest),
    needed: true,
    detail: `Linux ${release} (${host.machine}); ocits needs ${oldest}`,
    cure: 'a newer kernel',
  })
  yield* rights({ native, host })
  const filtered = ownStatus(native, 'Seccomp') === '2'
  yield judged('system calls', {
    has: !filtered,
    needed: false,
    detail: 'no filter is in force',
    lack: 'this process is under a seccomp filter, which may forbid calls that ocits needs',
  })
}

/** Whether `6.18.44-fc` is at least `5.12`. */
export function isNewer(release: string, least: string): boolean {
  const [major = 0, minor = 0] = release.split('.').map(Number.parseFloat)
  const [leastMajor = 0, leastMinor = 0] = least.split('.').map(Number)
  return major > leastMajor || (major === leastMajor && minor >= leastMinor)
}

// Root of the machine without CAP_SYS_ADMIN makes no namespace but that of the user; without another one only a few fields fail.
function* rights({ native, host }: Pick<Patient, 'native' | 'host'>): Generator<Finding> {
  if (host.euid !== 0) {
    yield { state: 'ok', subject: 'rights', detail: `user ${host.euid}: containers with a user namespace of their own` }
    return
  }
  const held = ownCapabilities(native)
  const lacking = Object.keys(caps).filter((name) => !held.has(name))
  const where = host.rootless ? 'root of a user namespace' : 'root of the machine'
  yield judged('rights', {
    has: lacking.length === 0,
    needed: lacking.includes('CAP_SYS_ADMIN'),
    detail: `${where}, with all capabilities`,
    lack: `${where}, without ${lacking.join(', ')}: what needs them is refused, and says so`,
  })
}
