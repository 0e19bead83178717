import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { leading, parse } from '../../../src/command/parse.ts'
import { unusual } from '../../../src/command/unusual.ts'

const words = (text: string) => text.split(' ').filter((word) => word !== '')

/** What engines write, and what it means: verb, words, flags, flags before the verb. */
const lines: Readonly<Record<string, readonly [verb: string, words: string[], flags: object, globals: object]>> = {
  'create --bundle /b --pid-file /p ID': ['create', ['ID'], { bundle: '/b', 'pid-file': '/p' }, {}],
  'create ID /b': ['create', ['ID', '/b'], {}, {}],
  'create -b /b ID': ['create', ['ID'], { bundle: '/b' }, {}],
  '--root=/r --log /l --log-format=json create --bundle=/b ID': [
    'create',
    ['ID'],
    { bundle: '/b' },
    { root: '/r', log: '/l', 'log-format': 'json' },
  ],
  '-root /r -debug create -no-pivot -no-new-keyring ID': [
    'create',
    ['ID'],
    { 'no-pivot': true, 'no-new-keyring': true },
    { root: '/r', debug: true },
  ],
  '--root /a --root /b state ID': ['state', ['ID'], {}, { root: '/b' }],
  '--rootless=false --systemd-cgroup=false start ID': ['start', ['ID'], {}, { rootless: 'false' }],
  'run --keep --detach=true ID': ['run', ['ID'], { keep: true, detach: true }, {}],
  'run --detach=false ID': ['run', ['ID'], {}, {}],
  'kill --all ID 9': ['kill', ['ID', '9'], { all: true }, {}],
  'kill ID -a': ['kill', ['ID'], { all: true }, {}],
  'delete --force a b c': ['delete', ['a', 'b', 'c'], { force: true }, {}],
  'delete a -f': ['delete', ['a'], { force: true }, {}],
  'delete -- -f': ['delete', ['-f'], {}, {}],
  'list -f json -q': ['list', [], { format: 'json', quiet: true }, {}],
  'create --pid-file= ID': ['create', ['ID'], { 'pid-file': '' }, {}],
  'create --bundle --pid-file ID': ['create', ['ID'], { bundle: '--pid-file' }, {}],
  'state 007': ['state', ['007'], {}, {}],
}

for (const [text, [verb, rest, flags, globals]] of Object.entries(lines))
  test(`quick: ocits ${text}`, () => {
    const line = parse(words(text))
    assert.is(line?.verb, verb)
    assert.equal(line?.words, rest)
    assert.equal(JSON.parse(JSON.stringify(line?.flags)), flags)
    assert.equal(JSON.parse(JSON.stringify(line?.globals)), globals)
  })

/** What the quick parser leaves to yargs, which takes it. */
const others: typeof lines = {
  'create --root /r ID': ['create', ['ID'], {}, { root: '/r' }],
  'list -qf json': ['list', [], { format: 'json', quiet: true }, {}],
  'delete --debug -f a': ['delete', ['a'], { force: true }, { debug: true }],
  'run --no-subreaper=true -d --root /r 1e3': ['run', ['1e3'], { detach: true, 'no-subreaper': true }, { root: '/r' }],
}

for (const [text, [verb, rest, flags, globals]] of Object.entries(others))
  test(`yargs: ocits ${text}`, () => {
    assert.is(parse(words(text)), undefined)
    const read = unusual(words(text))
    assert.ok('line' in read)
    assert.equal(read.line, { verb, words: rest, flags, globals })
  })

test('yargs reads the usual shapes as the quick parser does', () => {
  for (const text of Object.keys(lines)) {
    // yargs takes no flag for a value, and --detach=false for a false.
    if (text.includes('--bundle --pid-file') || text.includes('--pid-file=')) continue
    const quick = parse(words(text))
    const read = unusual(words(text))
    assert.ok('line' in read, text)
    assert.equal(read.line, JSON.parse(JSON.stringify(quick)), text)
  }
})

const wrong: Readonly<Record<string, readonly [message: string, code: number]>> = {
  '': ['no command', 1],
  create: ['"create" requires at least 1 argument(s)', 1],
  'create a b c': ['"create" requires at most 2 argument(s)', 1],
  start: ['"start" requires exactly 1 argument(s)', 1],
  'create --bundle': ['Not enough arguments following: bundle', 1],
  'create --nothing ID': ['Unknown argument: nothing', 1],
  'delet x': ['unknown command "delet". Did you mean delete?', 1],
  '--root /r ps --format json ID': ['unknown command "ps"', 1],
  '--nothing create ID': ['Unknown argument: nothing', 1],
  'nothing-like-it': ['unknown command "nothing-like-it"', 1],
  'help nothing': ["No help topic for 'nothing'", 3],
  __proto__: ['unknown command "__proto__"', 1],
}

for (const [text, [message, code]] of Object.entries(wrong))
  test(`wrong: ocits ${text}`, () => {
    assert.is(parse(words(text)), undefined)
    const read = unusual(words(text))
    assert.ok('wrong' in read)
    assert.is(read.wrong, message)
    assert.is(read.code, code)
    assert.ok(read.help.startsWith('ocits '), read.help)
  })

test('help and version are asked for in many ways', () => {
  for (const text of ['--help', '-h', 'help', 'create --help', 'create ID -h', 'help create', '--version', '-v']) {
    assert.is(parse(words(text)), undefined, text)
    const read = unusual(words(text))
    assert.ok('help' in read && !('wrong' in read), text)
    if (text.includes('create')) assert.match(read.help, /^ocits create ID \[BUNDLE\]\n/)
    if (text.includes('v')) assert.is(read.help, 'ocits version 0.1.0\nspec: 1.3.0\n')
  }
})

test('hidden flags are not in the help', () => {
  const read = unusual(['kill', '--help'])
  assert.ok('help' in read && !read.help.includes('--all'))
})

test('what is wrong can be told where the flags before it say', () => {
  const { values, rest } = leading(words('--log /l --log-format json --nothing create'))
  assert.equal([values, rest], [{ log: '/l', 'log-format': 'json' }, ['--nothing', 'create']])
  assert.equal(leading(words('create --log /l')), { values: {}, rest: ['create', '--log', '/l'] })
  assert.equal(leading(words('--log')), { values: {}, rest: ['--log'] })
})

test.run()
