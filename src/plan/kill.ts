import { SIGKILL } from '../kernel/signals.ts'
import type { Step } from '../step/step.ts'
import { cgroupsOf } from './made.ts'
import type { State } from './state.ts'

/**
 * A signal to the init, or with `all` to every process of the container. SIGKILL always goes to all: an init that a process of the container
 * traces stops before it ends (PTRACE_O_TRACEEXIT), until the tracer is dead, and without a pid namespace the others do not die with the init.
 */
export function* killSteps(state: State, signal: number, all: boolean): Generator<Step> {
  const { pid, startTime, freezer } = state
  const every = all || signal === SIGKILL
  const { dirs, inodes } = cgroupsOf(state)
  if (every && dirs.length > 0) {
    // The last one is that of v2, where cgroup.kill kills all in one act.
    const [last, inode] = [dirs.slice(-1), inodes.slice(-1)]
    const to = { dirs: last, inodes: inode, pid, start_time: startTime }
    yield { op: 'signal_all', actor: 'parent', pointer: '', ...to, signal }
  } else yield { op: 'signal', actor: 'parent', pointer: '', pid, start_time: startTime, signal, lenient: false }
  if (signal === SIGKILL && freezer !== undefined) yield { op: 'thaw', actor: 'parent', pointer: '', dir: freezer }
}
