import { existsSync, readdirSync, readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { soon } from './patience.ts'

/**
 * Everything that containers leave on the machine: mounts, cgroups, processes, network links, state folders; a line each. In the sandbox of
 * the tests nothing else makes any of these.
 */
export type Traces = readonly string[]

const lines = (file: string) => readFileSync(file, 'utf8').split('\n').filter(Boolean)

function* folders(top: string): Generator<string> {
  for (const entry of readdirSync(top, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue
    yield `${top}/${entry.name}`
    yield* folders(`${top}/${entry.name}`)
  }
}

function* processes(): Generator<string> {
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid)) continue
    let stat: string
    try {
      stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT' || (error as NodeJS.ErrnoException).code === 'ESRCH')
        continue
      throw error
    }
    // A zombie is ignored, because the first process of the sandbox will reap it.
    const end = stat.lastIndexOf(')') + 1
    if (stat[end + 1] !== 'Z') yield `${pid} ${stat.slice(stat.indexOf('('), end)}`
  }
}

export function traces(root: string): Traces {
  const mounts = lines('/proc/self/mountinfo')
  const hierarchies = mounts.filter((line) => / - cgroup2? /.test(line)).map((line) => line.split(' ')[4] ?? '')
  const links = lines('/proc/self/net/dev').slice(2) // two lines of headings
  return [
    ...mounts.map((line) => `mount ${line}`),
    ...hierarchies.flatMap((top) => [...folders(top)]).map((path) => `cgroup ${path}`),
    ...[...processes()].map((process) => `process ${process}`),
    ...links.map((line) => `link ${line.split(':')[0]?.trim()}`),
    ...(existsSync(root) ? readdirSync(root) : []).map((name) => `state ${name}`),
  ].sort()
}

/**
 * Fails unless everything is as before within five seconds of patience: the kernel needs a moment to reap processes and to remove a cgroup.
 */
export async function unchanged(before: Traces, root: string, what?: string): Promise<void> {
  let now: Traces = []
  await soon(() => {
    now = traces(root)
    return now.join() === before.join()
  })
  const [left, lost] = [now.filter((line) => !before.includes(line)), before.filter((line) => !now.includes(line))]
  assert.equal(
    { left, lost },
    { left: [], lost: [] },
    what === undefined ? undefined : `${what} leaves ${left} and takes ${lost}`,
  )
}
