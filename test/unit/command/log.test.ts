import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Log, printable, say } from '../../../src/command/log.ts'
import { native } from '../../../src/native/koffi.ts'

const folder = mkdtempSync('/tmp/ocits-log-')
test.after(() => rmSync(folder, { recursive: true }))

/** What a message becomes: on stderr, and in the log file. */
function said(options: Partial<Log>, level: 'error' | 'warning' | 'debug', ...messages: string[]): [string, string] {
  const file = `${folder}/stderr`
  rmSync(file, { force: true })
  if (options.file !== undefined) rmSync(options.file, { force: true })
  const fd = openSync(file, 'w')
  // Its stderr is a file here; all else is the real thing.
  const log: Log = {
    native: { ...native, put: (to, text) => native.put(to === 2 ? fd : to, text) },
    file: undefined,
    format: 'plain',
    debug: false,
    ...options,
  }
  say(log, level, ...messages)
  const logged = options.file === undefined ? '' : readFileSync(options.file, { encoding: 'utf8', flag: 'a+' })
  return [readFileSync(file, 'utf8'), logged]
}

const file = `${folder}/log`
const hostile = 'a "b" \\ \n\x1b[31m\x00\x7f\u009b é'

test('people get a line for each message', () => {
  assert.equal(said({}, 'error', 'one', 'two'), ['ocits: one\nocits: two\n', ''])
  assert.equal(said({}, 'warning', 'one'), ['ocits: warning: one\n', ''])
})

test('engines get one object on one line, with the keys and the time of logrus', () => {
  const [stderr, logged] = said({ file, format: 'json' }, 'error', 'one', 'two')
  assert.is(stderr, 'ocits: one\nocits: two\n')
  const { level, msg, time, ...rest } = JSON.parse(logged)
  assert.equal([level, msg, rest], ['error', 'one; two', {}])
  assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  assert.is(logged.indexOf('\n'), logged.length - 1)
})

test('or text, as logrus writes it', () => {
  const [, logged] = said({ file, format: 'text' }, 'error', 'a "b"')
  assert.match(logged, /^time="[^"]*Z" level=error msg="a \\"b\\""\n$/)
})

test('without a file the format that is asked for goes to stderr', () => {
  assert.is(JSON.parse(said({ format: 'json' }, 'error', 'x')[0]).msg, 'x')
  assert.match(said({ format: 'text' }, 'error', 'x')[0], /^time=.* msg="x"\n$/)
})

test('warnings go to the file alone, debug only where it is asked for', () => {
  assert.is(said({ file, format: 'json' }, 'warning', 'x')[0], '')
  assert.equal(said({ file, format: 'json' }, 'debug', 'x'), ['', ''])
  assert.is(JSON.parse(said({ file, format: 'json', debug: true }, 'debug', 'x')[1]).level, 'debug')
})

test('a message can neither end the line nor steer a terminal', () => {
  for (const format of ['plain', 'text', 'json'] as const) {
    const text = said({ format }, 'error', hostile)[0].slice(0, -1)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that there is none is what is tested.
    assert.not.match(text, format === 'json' ? /[\x00-\x1f]/ : /[\x00-\x1f\x7f-\x9f]/, format)
    if (format === 'json') assert.is(JSON.parse(text).msg, hostile)
  }
  assert.is(printable('a\n\x1b\x9b é'), 'a\\n\\x1b\\x9b é')
})

test('a log that cannot be written to is told on stderr', () => {
  const [stderr] = said({ file: undefined, format: 'plain' }, 'error', 'x')
  assert.is(stderr, 'ocits: x\n')
  const log = `${folder}/no/such/log`
  const fdFile = `${folder}/stderr`
  const fd = openSync(fdFile, 'w')
  say(
    { native: { ...native, put: (_, text) => native.put(fd, text) }, file: log, format: 'json', debug: false },
    'error',
    'x',
  )
  assert.is(readFileSync(fdFile, 'utf8'), `ocits: cannot write to the log ${log}\nocits: x\n`)
})

test.run()
