import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs'
import { soon } from './patience.ts'

export const probe = new URL('../../build/probe', import.meta.url).pathname
let count = 0

/** A process that receives terminals at a socket. */
export type Receiver = {
  readonly socket: string
  /** The name of each terminal, and the text written to it. The text is complete when the container is dead. */
  readonly text: () => string
}

/** The devices of a container with terminals. */
export const devices = [
  { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755'] },
  {
    destination: '/dev/pts',
    type: 'devpts',
    source: 'devpts',
    options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620'],
  },
]

/** Runs `body` while a process listens. `socket`: its path; default: a path in its own folder. */
export async function receiving(
  body: (receiver: Receiver) => Promise<void>,
  socket = `/tmp/terminal.${process.pid}.${count++}`,
) {
  const file = `${socket}.received`
  const out = openSync(file, 'w')
  const child = spawn(probe, ['receive', socket], { stdio: ['ignore', out, 'inherit'] })
  closeSync(out)
  try {
    if (!(await soon(() => existsSync(socket)))) throw new Error(`no process listens on ${socket}`)
    await body({ socket, text: () => readFileSync(file, 'utf8') })
  } finally {
    child.kill('SIGKILL')
  }
}
