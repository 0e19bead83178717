import { aside, type Runtime } from './binding.ts'
import { read } from './bundle.ts'
import { succeeded } from './outcome.ts'
import { soon } from './patience.ts'

export { soon }

/** The output of the state command. */
export type State = {
  readonly ociVersion: string
  readonly id: string
  readonly pid: number
  readonly status: 'creating' | 'created' | 'running' | 'paused' | 'stopped'
  readonly bundle: string
  readonly rootfs: string
  readonly created: string
  readonly annotations?: Readonly<Record<string, string>>
}

export async function stateOf(ocits: Runtime, id: string): Promise<State> {
  return JSON.parse(succeeded(await ocits(['state', '--', id])))
}

export async function reaches(ocits: Runtime, id: string, status: State['status']): Promise<void> {
  const quick = aside(ocits)
  if (await soon(async () => (await stateOf(quick, id)).status === status)) return
  throw new Error(`${id} is ${(await stateOf(quick, id)).status}, not ${status}`)
}

/** Waits until a file has a line. */
export async function says(file: string, line: string): Promise<void> {
  if (await soon(() => read(file).split('\n').includes(line))) return
  throw new Error(`no ${JSON.stringify(line)} in ${JSON.stringify(read(file))}`)
}

export const alive = (pid: number): boolean => {
  try {
    return !/^\d+ \(.*\) [ZX]/s.test(read(`/proc/${pid}/stat`))
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return false
    throw error
  }
}
