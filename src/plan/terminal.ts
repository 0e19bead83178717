import type { Pointer } from '../spec/pointer.ts'
import type { Process } from '../spec/process.ts'
import type { Step } from '../step/step.ts'

type Asked = {
  /** Where the process is: `/process` of a config; empty for a file that holds nothing else. */
  readonly pointer: Pointer
  /** The socket of who gets the master; undefined: it is shown on the caller's own terminal. */
  readonly socket: string | undefined
  /** Bound on /dev/console too: the first process of a container. */
  readonly console: boolean
}

/** The terminal of a process: whoever gets it is connected to first, and it is made once the root is the container's. */
export type Terminal = { readonly receiver: Step; readonly made: Step }

/** Plans the terminal of a process, whichever command starts it; undefined: it wants none. */
export function terminalOf(process: Process | undefined, asked: Asked): Terminal | undefined {
  if (process?.terminal !== true) return undefined
  const { consoleSize: { height = 0, width = 0 } = {}, user: { uid = 0 } = {} } = process
  const pointer = `${asked.pointer}/terminal`
  const [rows, columns] = [Number(height), Number(width)]
  return {
    receiver:
      asked.socket === undefined
        ? { op: 'caller_terminal', actor: 'parent', pointer }
        : { op: 'console_socket', actor: 'parent', pointer, path: asked.socket },
    made: { op: 'terminal', actor: 'init', pointer, uid, rows, columns, console: asked.console },
  }
}
