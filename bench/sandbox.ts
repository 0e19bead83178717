import { spawnSync } from 'node:child_process'
import { top } from './tools.ts'

const limitSeconds = 1_800
const inside = '--inside'

/** Whether this process is in the sandbox of `enter`. */
export const isInside = (): boolean => process.argv.includes(inside)

/**
 * Runs this program again in the sandbox of the tests, where it can leave nothing behind: the sandbox has an empty /tmp and /run, and its own
 * cgroups and namespaces. Returns the exit code.
 */
export function enter(): number {
  const again = [process.execPath, ...process.execArgv, ...process.argv.slice(1), inside]
  const harness = `${top}test/harness/`
  // crun uses every controller that the kernel has for cgroup v1; the machine may not have mounted hugetlb.
  const command = [`${harness}hugetlb.sh`, '0', `${harness}sandbox.sh`, `${limitSeconds}`, ...again]
  const { status, error } = spawnSync('bash', command, { stdio: 'inherit', cwd: top })
  if (error !== undefined) throw error
  return status ?? 1
}
