import { spawnSync } from 'node:child_process'
import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { checkLog, type Log, type Message, printable, say } from '../../../src/cli/log.ts'
import { SpecFailure, UsageError } from '../../../src/failure.ts'
import { native } from '../../../src/native/koffi.ts'

const folder = mkdtempSync('/tmp/ocits-log-')
test.after(() => rmSync(folder, { recursive: true }))

/** The form of a message on stderr, and in the log file. */
function said(options: Partial<Log>, level: 'error' | 'warning' | 'debug', message: Message): [string, string] {
  const file = `${folder}/stderr`
  rmSync(file, { force: true })
  if (options.file !== undefined) rmSync(options.file, { force: true })
  const fd = openSync(file, 'w')
  // Its stderr is a file here; everything else is real.
  const log: Log = {
    native: { ...native, put: (to, text) => native.put(to === 2 ? fd : to, text) },
    file: undefined,
    format: 'plain',
    debug: false,
    ...options,
  }
  say(log, level, message)
  const logged = options.file === undefined ? '' : readFileSync(options.file, { encoding: 'utf8', flag: 'a+' })
  return [readFileSync(file, 'utf8'), logged]
}

const file = `${folder}/log`
const hostile = 'a "b" \\ \n\x1b[31m\x00\x7f\u009b é'

const both = new SpecFailure([
  { pointer: '/a', message: 'one' },
  { pointer: '/b', message: 'two' },
])

test('people get a line for each message', () => {
  assert.equal(said({}, 'error', 'one'), ['ocits: one\n', ''])
  assert.equal(said({}, 'error', both), ['ocits: config.json#/a: one\nocits: config.json#/b: two\n', ''])
  assert.equal(said({}, 'warning', 'one'), ['ocits: warning: one\n', ''])
})

test('engines get one object on one line, with the keys and the time of logrus', () => {
  const [stderr, logged] = said({ file, format: 'json' }, 'error', both)
  assert.is(stderr, 'ocits: config.json#/a: one\nocits: config.json#/b: two\n')
  const { level, msg, time, ...rest } = JSON.parse(logged)
  assert.equal([level, msg, rest], ['error', 'config.json#/a: one; config.json#/b: two', {}])
  assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  assert.is(logged.indexOf('\n'), logged.length - 1)
})

test('or text, as logrus writes it', () => {
  const [, logged] = said({ file, format: 'text' }, 'error', 'a "b"')
  assert.match(logged, /^time="[^"]*Z" level=error msg="a \\"b\\""\n$/)
})

test('the container of a failure is a field of its own', () => {
  const missing = new UsageError('MISSING', 'container does not exist: a"b', 'a"b')
  const { id, msg } = JSON.parse(said({ file, format: 'json' }, 'error', missing)[1])
  assert.equal([id, msg], ['a"b', 'container does not exist: a"b'])
  assert.match(said({ file, format: 'text' }, 'error', missing)[1], / id="a\\"b"\n$/)
  assert.not.ok('id' in JSON.parse(said({ format: 'json' }, 'error', new UsageError('ROOT', 'x'))[0]))
})

test('without a file stderr has the requested format', () => {
  assert.is(JSON.parse(said({ format: 'json' }, 'error', 'x')[0]).msg, 'x')
  assert.match(said({ format: 'text' }, 'error', 'x')[0], /^time=.* msg="x"\n$/)
})

test('warnings go only to the file, and debug messages only on request', () => {
  assert.is(said({ file, format: 'json' }, 'warning', 'x')[0], '')
  assert.equal(said({ file, format: 'json' }, 'debug', 'x'), ['', ''])
  assert.is(JSON.parse(said({ file, format: 'json', debug: true }, 'debug', 'x')[1]).level, 'debug')
})

test('a message can neither end the line nor control a terminal', () => {
  for (const format of ['plain', 'text', 'json'] as const) {
    const text = said({ format }, 'error', hostile)[0].slice(0, -1)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that there is none is what is tested.
    assert.not.match(text, format === 'json' ? /[\x00-\x1f]/ : /[\x00-\x1f\x7f-\x9f]/, format)
    if (format === 'json') assert.is(JSON.parse(text).msg, hostile)
  }
  assert.is(printable('a\n\x1b\x9b é'), 'a\\n\\x1b\\x9b é')
})

/** The error of checkLog for a log, or '' if it is valid. */
function checked(path: string): string {
  try {
    checkLog({ native, file: path, format: 'json', debug: false })
    return ''
  } catch (failure) {
    assert.instance(failure, UsageError)
    return (failure as UsageError).message
  }
}

test('a log that cannot be written is refused, with the cure', () => {
  const at = (name: string) => `${folder}/${name}`
  mkdirSync(at('folder'))
  symlinkSync(at('target'), at('link'))
  writeFileSync(at('plain'), '')
  const bad: Readonly<Record<string, string>> = {
    'no/such/log': 'no such file or directory: the folder of --log must exist',
    'plain/log': 'not a directory',
    folder: 'is a directory: --log names a file',
    link: 'too many levels of symbolic links: a symlink is not followed: name the file itself',
  }
  for (const [name, words] of Object.entries(bad))
    assert.is(checked(at(name)), `cannot write to the log ${at(name)}: ${words}`)
  assert.not.ok(existsSync(at('target')))
})

test('a valid log exists before the first message, and keeps its content', () => {
  const log = `${folder}/good`
  assert.is(checked(log), '')
  assert.is(readFileSync(log, 'utf8'), '')
  writeFileSync(log, 'before\n')
  assert.is(checked(log), '')
  assert.is(readFileSync(log, 'utf8'), 'before\n')
  assert.is(checked('/dev/null'), '')
})

test('a fifo is opened only for a message, and the message does not wait for a reader', () => {
  const fifo = `${folder}/fifo`
  assert.is(spawnSync('mkfifo', [fifo]).status, 0)
  assert.is(checked(fifo), '')
  const told = (): string => {
    const errors = openSync(`${folder}/stderr`, 'w')
    const put = (_: number, text: string) => native.put(errors, text)
    say({ native: { ...native, put }, file: fifo, format: 'json', debug: false }, 'warning', 'x')
    closeSync(errors)
    return readFileSync(`${folder}/stderr`, 'utf8')
  }
  const unread = `ocits: cannot write to the log ${fifo}: no such device or address: nobody reads this fifo\n`
  assert.is(told(), `${unread}ocits: warning: x\n`)
  const reader = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK)
  assert.is(told(), '')
  const bytes = Buffer.alloc(4096)
  assert.is(JSON.parse(bytes.toString('utf8', 0, readSync(reader, bytes))).msg, 'x')
  closeSync(reader)
})

test.run()
