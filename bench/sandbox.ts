import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmdirSync, statfsSync } from 'node:fs'
import { top } from './tools.ts'

const limitSeconds = 1_800
const hugetlb = '/sys/fs/cgroup/hugetlb'
const inside = '--inside'
const TMPFS = 0x01021994

/** Whether this process is in the sandbox that `enter` makes. */
export const isInside = (): boolean => process.argv.includes(inside)

/**
 * Runs this program again where it can leave nothing behind: in the sandbox of the tests, which has a fresh /tmp and /run, and
 * cgroups and namespaces of its own. Answers the exit code.
 */
export function enter(): number {
  const made = lacksHugetlb() && !existsSync(hugetlb)
  if (made) mkdirSync(hugetlb)
  const script = `${lacksHugetlb() ? `mount -t cgroup -o hugetlb cgroup ${hugetlb} && ` : ''}exec "$@"`
  const again = [process.execPath, ...process.execArgv, ...process.argv.slice(1), inside]
  const world = [`${top}test/harness/sandbox.sh`, `${limitSeconds}`, ...again]
  const command = ['--mount', '--propagation', 'private', 'bash', '-c', script, 'bench', ...world]
  const { status, error } = spawnSync('unshare', command, { stdio: 'inherit', cwd: top })
  if (made) rmdirSync(hugetlb)
  if (error !== undefined) throw error
  return status ?? 1
}

/** crun uses every controller that the kernel has for cgroup v1; the machine may have left this one out. */
function lacksHugetlb(): boolean {
  const known = /^hugetlb\t0\t\d+\t1$/m.test(readFileSync('/proc/cgroups', 'utf8'))
  return known && statfsSync('/sys/fs/cgroup').type === TMPFS
}
