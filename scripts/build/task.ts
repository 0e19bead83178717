import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** A command of the build, with its inputs and outputs. */
export type Task = {
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  /** The command and its arguments, or a function with a name that changes when the function does. */
  readonly run: readonly string[] | { readonly name: string; readonly work: () => Promise<void> | void }
}

const stampsFile = 'build/stamps.json'
const stamps: Record<string, string> = existsSync(stampsFile) ? JSON.parse(readFileSync(stampsFile, 'utf8')) : {}
const hashes = new Map<string, string>()

function hashOf(file: string): string {
  const known = hashes.get(file)
  if (known !== undefined) return known
  const hash = createHash('sha256').update(readFileSync(file)).digest('hex')
  hashes.set(file, hash)
  return hash
}

/** Executes a task unless its inputs and its command are the same as at its last execution. */
export async function make(task: Task): Promise<void> {
  const words = 'name' in task.run ? [task.run.name] : task.run
  const sign = createHash('sha256')
    .update(JSON.stringify([words, task.inputs.map(hashOf)]))
    .digest('hex')
  const key = task.outputs.join(' ')
  if (stamps[key] === sign && task.outputs.every((file) => existsSync(file))) return
  for (const file of task.outputs) mkdirSync(dirname(file), { recursive: true })
  await slot()
  try {
    if ('name' in task.run) await task.run.work()
    else await command(task.run)
  } finally {
    release()
  }
  for (const file of task.outputs) hashes.delete(file)
  stamps[key] = sign
  writeFileSync(stampsFile, JSON.stringify(stamps))
}

const waiting: (() => void)[] = []
let free = 1

/** The number of commands that may run at the same time. */
export function limit(count: number): void {
  free = count
}

async function slot(): Promise<void> {
  if (free > 0) free--
  else await new Promise<void>((resolve) => waiting.push(resolve))
}

function release(): void {
  const next = waiting.shift()
  if (next) next()
  else free++
}

function command(words: readonly string[]): Promise<void> {
  const [program = '', ...args] = words
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'], timeout: 300_000 })
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      if (code === 0) resolve()
      else reject(new Error(`${words.join(' ')}: ${signal ?? `exit ${code}`}`))
    })
  })
}
