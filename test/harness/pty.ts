import { execFileSync, spawn } from 'node:child_process'
import { soon } from './patience.ts'

/** The compiled program pty.c. */
const program = `/tmp/ocits-pty.${process.pid}`
let built = false

/** A command on its own terminal. */
export type OnTerminal = {
  /** The pid of the driver, whose only child is the command. */
  readonly pid: number
  /** All output on the terminal. */
  readonly text: () => string
  /** A line for the driver: pty.c lists them. */
  readonly tell: (line: string) => void
  /** Waits until this text was written. */
  readonly shows: (words: string) => Promise<void>
  /** Its end, as the driver reports it: `exit 0, modes as before`. */
  readonly ended: () => Promise<string>
}

/** The words before a command that is to run on a terminal of its own. */
export function terminalWords(rows = 24, columns = 80): readonly [string, ...string[]] {
  if (!built) execFileSync('gcc', ['-static', '-O1', '-o', program, new URL('pty.c', import.meta.url).pathname])
  built = true
  return [program, String(rows), String(columns)]
}

export function onTerminal(command: readonly string[], rows = 24, columns = 80): OnTerminal {
  const [driver, ...words] = terminalWords(rows, columns)
  const child = spawn(driver, [...words, ...command], { stdio: ['pipe', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.on('data', (data) => {
    text += data
  })
  const end = new Promise((done) => child.on('close', done))
  child.stdin.on('error', () => undefined)
  return {
    pid: child.pid ?? 0,
    text: () => text,
    tell: (line) => void child.stdin.write(`${line}\n`),
    shows: async (words) => {
      if (!(await soon(() => text.includes(words)))) throw new Error(`not there: ${words}: ${JSON.stringify(text)}`)
    },
    ended: async () => {
      await end
      return /\[([^\]]*)\]\n$/.exec(text)?.[1] ?? text
    },
  }
}
