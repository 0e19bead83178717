import type { Native } from '../native/table.ts'
import type { Security } from '../plan/host.ts'

/** A file of sysfs says that it has a page, however little is in it. */
const limit = 65536

/** Which security modules are active: read only when a config has a label. */
export function security(native: Native): Security {
  const apparmor = native.read('/sys/module/apparmor/parameters/enabled', limit) === 'Y\n'
  // A folder of AppArmor's own since Linux 5.8; before, the one module that had labels had the file.
  const file = apparmor && native.mode('/proc/self/attr/apparmor/exec') >= 0 ? 'apparmor/exec' : 'exec'
  return {
    apparmor: apparmor ? file : undefined,
    selinux: typeof native.read('/sys/fs/selinux/enforce', limit) === 'string',
  }
}
