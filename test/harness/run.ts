import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { within } from './patience.ts'

export type Result = {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  /** The file for stdout; later output of a container arrives there, too. */
  readonly out: string
}

export type Options = {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** The path for stdin; default: /dev/null. */
  readonly stdin?: string
  /** File descriptors of this process that become 3, 4 … */
  readonly fds?: readonly number[]
  /** Milliseconds on a machine with normal speed; after that the process is killed and the call throws. */
  readonly limit?: number
  /** Runs as another user. */
  readonly uid?: number
}

/** A command that may still run: its pid, and the file with its output. */
export type Running = Promise<Result> & { readonly pid: number; readonly out: string }

const folder = `/tmp/ocits-out.${process.pid}`
mkdirSync(folder, { recursive: true })
let count = 0

/**
 * Runs a command until its end. Its output goes to files, not to pipes, because a container keeps stdout and stderr open after the command
 * that made it.
 */
export function run(command: readonly string[], options: Options = {}): Running {
  const [file, ...args] = command
  if (file === undefined) throw new Error('no command')
  const [out, err] = [`${folder}/${count}.out`, `${folder}/${count}.err`]
  count++
  const stdio = [openSync(options.stdin ?? '/dev/null', 'r'), openSync(out, 'a'), openSync(err, 'a')]
  const child = spawn(file, args, {
    stdio: [...stdio, ...(options.fds ?? [])],
    cwd: options.cwd,
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
    env: options.env ?? { PATH: process.env.PATH },
  })
  for (const fd of stdio) closeSync(fd)
  const { limit = 10_000 } = options
  const end = new Promise<Result>((resolve, reject) => {
    const inTime = within(limit, () => {
      child.kill('SIGKILL')
      reject(new Error(`not done in ${limit} ms of patience: ${command.join(' ')}\n${readFileSync(err, 'utf8')}`))
    })
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      inTime()
      resolve({ code, signal, stdout: readFileSync(out, 'utf8'), stderr: readFileSync(err, 'utf8'), out })
    })
  })
  // A caller that awaits it gets the failure; a test that has already failed must not end all tests.
  end.catch(() => undefined)
  return Object.assign(end, { pid: child.pid ?? 0, out })
}

/** A command that must succeed. */
export async function must(command: readonly string[], options: Options = {}): Promise<Result> {
  const result = await run(command, options)
  if (result.code !== 0) throw new Error(`${command.join(' ')}: ${result.code ?? result.signal}\n${result.stderr}`)
  return result
}
