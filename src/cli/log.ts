import { type Failure, faultLines, UsageError } from '../failure.ts'
import { errno } from '../kernel/errno.ts'
import { S_IFIFO, S_IFMT } from '../kernel/files.ts'
import type { Native } from '../native/table.ts'
import { isDigits } from '../spec/scan.ts'

export type Level = 'error' | 'warning' | 'debug'

/** Where messages go, and how they look. */
export type Log = {
  readonly native: Native
  /** A file to append to; undefined: stderr alone. */
  readonly file: string | undefined
  /** `plain` is for people: the message alone. */
  readonly format: 'plain' | 'text' | 'json'
  readonly debug: boolean
  /** Gives the lines for a terminal their colours; undefined: they have none. */
  readonly painted?: (lines: string) => string
}

/** What is said: a failure or a warning, or words. */
export type Message = Failure | Error | string

/**
 * A line for each message. With a log file an error is said twice: in the file for the engine, which reads it as JSON or as
 * logrus' text and may want a single line there, and plainly on stderr. `warnings`: those that belong to an error, for the same line.
 */
export function say(log: Log, level: Level, message: Message, warnings: readonly Error[] = []): void {
  if (level === 'debug' && !log.debug) return
  const messages =
    typeof message === 'string' ? [message] : 'faults' in message ? faultLines(message.faults) : [message.message]
  const plain = messages.map((text) => `ocits: ${level === 'error' ? '' : `${level}: `}${printable(text)}\n`).join('')
  if (log.format === 'plain') {
    toPeople(log, plain)
    return
  }
  const id = typeof message === 'object' && 'id' in message && typeof message.id === 'string' ? { id: message.id } : {}
  const more = warnings.length === 0 ? id : { ...id, warnings: warnings.map((each) => each.message) }
  const line = oneLine(log.format, log.native.now(), { level, msg: messages.join('; '), ...more })
  if (log.file === undefined) {
    toStderr(log.native, line)
    return
  }
  const error = append(log.native, log.file, line)
  if (error < 0) toStderr(log.native, `ocits: ${printable(unwritable(log.file, error))}\n`)
  if (level === 'error' || error < 0) toPeople(log, plain)
}

/**
 * Throws unless messages can be written, before anything is done that could not be reported. The file is there from now on; only a
 * fifo is not opened, as its reader would take the close for the end.
 */
export function checkLog({ native, file }: Log): void {
  if (file === undefined || (native.mode(file) & S_IFMT) === S_IFIFO) return
  const error = append(native, file, '')
  if (error < 0) throw new UsageError('SYSTEM', unwritable(file, error))
}

// Of a file's path no symlink is followed. These are symlinks of /proc to what the caller has opened.
function append(native: Native, file: string, text: string): number {
  if (file === '/dev/stdout') return native.put(1, text)
  const fd = file.startsWith('/dev/fd/') ? file.slice(8) : ''
  return fd !== '' && fd.length <= 9 && isDigits(fd) ? native.put(Number(fd), text) : native.append(file, text)
}

function unwritable(file: string, error: number): string {
  const { name, text } = errno(-error)
  const cure = cures[name]
  return `cannot write to the log ${file}: ${text}${cure === undefined ? '' : `: ${cure}`}`
}

const cures: Readonly<Record<string, string>> = {
  EISDIR: '--log names a file',
  ELOOP: 'a symlink is not followed: name the file itself',
  ENOENT: 'the folder of --log must exist',
  ENXIO: 'nobody reads this fifo',
}

// Only a terminal is asked for: what makes the colours is a module of its own.
function toPeople({ native, painted }: Log, lines: string): void {
  toStderr(native, painted === undefined || native.columns(2) < 0 ? lines : painted(lines))
}

// When stderr itself is closed or full, nothing can be reported, and only the exit code is left.
const toStderr = (native: Native, text: string) => void native.put(2, text)

// The keys and their form are those of logrus: go-runc decodes `time` strictly (RFC 3339) and looks for `level` and `msg`.
function oneLine(
  format: 'text' | 'json',
  now: string | number,
  entry: { level: Level; msg: string; id?: string; warnings?: string[] },
): string {
  const time = `${String(now).slice(0, 19)}Z`
  return format === 'json'
    ? `${JSON.stringify({ ...entry, time })}\n`
    : `time="${time}" level=${entry.level} msg=${quoted(entry.msg)}${entry.id === undefined ? '' : ` id=${quoted(entry.id)}`}\n`
}

const quoted = (text: string) => printable(JSON.stringify(text))

/** Text of the config or of a hook must neither end the line nor steer the terminal: control bytes are shown as escapes. */
export function printable(text: string): string {
  let shown = ''
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 0x0a) shown += '\\n'
    else if (code < 0x20 || (code >= 0x7f && code < 0xa0)) shown += `\\x${code.toString(16).padStart(2, '0')}`
    else shown += text[i]
  }
  return shown
}
