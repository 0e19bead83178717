import type { Native } from '../native/table.ts'

export type Level = 'error' | 'warning' | 'debug'

/** Where messages go, and how they look. */
export type Log = {
  readonly native: Native
  /** A file to append to; undefined: stderr alone. */
  readonly file: string | undefined
  /** `plain` is for people: the message alone. */
  readonly format: 'plain' | 'text' | 'json'
  readonly debug: boolean
}

/**
 * A line for each message. With a log file an error is told twice: in the file for the engine, which reads it as JSON or as
 * logrus' text and may want a single line there, and plainly on stderr.
 */
export function say(log: Log, level: Level, ...messages: readonly string[]): void {
  if (level === 'debug' && !log.debug) return
  const plain = messages
    .map((message) => `ocits: ${level === 'error' ? '' : `${level}: `}${printable(message)}\n`)
    .join('')
  if (log.format === 'plain') {
    toStderr(log.native, plain)
    return
  }
  const line = oneLine(log.format, log.native.now(), { level, msg: messages.join('; ') })
  if (log.file === undefined) {
    toStderr(log.native, line)
    return
  }
  const failed = log.native.append(log.file, line) < 0
  if (failed) toStderr(log.native, `ocits: cannot write to the log ${printable(log.file)}\n`)
  if (level === 'error' || failed) toStderr(log.native, plain)
}

// Nobody is left to be told when stderr itself is closed or full: the exit code has to do.
const toStderr = (native: Native, text: string) => void native.put(2, text)

// The keys and their form are those of logrus: go-runc decodes `time` strictly (RFC 3339) and looks for `level` and `msg`.
function oneLine(format: 'text' | 'json', now: string | number, entry: { level: Level; msg: string }): string {
  const time = `${String(now).slice(0, 19)}Z`
  return format === 'json'
    ? `${JSON.stringify({ ...entry, time })}\n`
    : `time="${time}" level=${entry.level} msg=${printable(JSON.stringify(entry.msg))}\n`
}

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
