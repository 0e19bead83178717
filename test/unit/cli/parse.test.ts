import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parseFully as read } from '../../../src/cli/full_parser.ts'
import { leading, parse } from '../../../src/cli/parse.ts'

const words = (text: string) => text.split(' ').filter((word) => word !== '')
const unusual = (args: readonly string[]) => read(args, { env: () => -2, columns: () => -25 })

/** Command lines of engines, and their meaning: verb, words, flags, flags before the verb. */
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
  '--root=/a -root=/b -log-format text --log-format=json -log /a --log= state ID': [
    'state',
    ['ID'],
    {},
    { root: '/b', 'log-format': 'json', log: '' },
  ],
  '--systemd-cgroup --debug=false --systemd-cgroup=false --debug state ID': ['state', ['ID'], {}, { debug: true }],
  '--cgroup-manager systemd --rootless auto --cgroup-manager=disabled --rootless=true start ID': [
    'start',
    ['ID'],
    {},
    { 'cgroup-manager': 'disabled', rootless: 'true' },
  ],
  'events --interval 5s --stats --stats=false -interval=500ms ID': ['events', ['ID'], { interval: '500ms' }, {}],
  'run -timeout 10s --timeout=1m30s ID': ['run', ['ID'], { timeout: '1m30s' }, {}],
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
  '--root /r exec --pid-file /p --process /f --detach --preserve-fds 1 ID': [
    'exec',
    ['ID'],
    { 'pid-file': '/p', process: '/f', detach: true, 'preserve-fds': '1' },
    { root: '/r' },
  ],
  'exec -d -e A=1 --env B=2 -env=C= -u 1:2 ID sh -c --env -- x': [
    'exec',
    ['ID', 'sh', '-c', '--env', '--', 'x'],
    { detach: true, env: ['A=1', 'B=2', 'C='], user: '1:2' },
    {},
  ],
  'exec -- ID -- -x': ['exec', ['ID', '--', '-x'], {}, {}],
  '--root /r checkpoint --image-path /i --work-path /w --leave-running ID': [
    'checkpoint',
    ['ID'],
    { 'image-path': '/i', 'work-path': '/w', 'leave-running': true },
    { root: '/r' },
  ],
  'restore --bundle /b -no-subreaper --empty-ns network --detach --pid-file=/p ID': [
    'restore',
    ['ID'],
    { bundle: '/b', 'no-subreaper': true, 'empty-ns': ['network'], detach: true, 'pid-file': '/p' },
    {},
  ],
}

for (const [text, [verb, rest, flags, globals]] of Object.entries(lines))
  test(`quick: ocits ${text}`, () => {
    const line = parse(words(text))
    assert.is(line?.verb, verb)
    assert.equal(line?.words, rest)
    assert.equal(JSON.parse(JSON.stringify(line?.flags)), flags)
    assert.equal(JSON.parse(JSON.stringify(line?.globals)), globals)
  })

/** Command lines that the quick parser leaves to yargs, which accepts them. */
const others: typeof lines = {
  'create --root /r ID': ['create', ['ID'], {}, { root: '/r' }],
  'state ID --log /l --root=/a --debug --root /b': ['state', ['ID'], {}, { log: '/l', root: '/b', debug: true }],
  '--debug state ID --debug=false --systemd-cgroup=t': ['state', ['ID'], {}, { 'systemd-cgroup': true }],
  'list -qf json': ['list', [], { format: 'json', quiet: true }, {}],
  'delete --debug -f a': ['delete', ['a'], { force: true }, { debug: true }],
  'run --no-subreaper=true -d --root /r 1e3': ['run', ['1e3'], { detach: true, 'no-subreaper': true }, { root: '/r' }],
  '--root /a create --root /b --debug=1 --root /c ID': ['create', ['ID'], {}, { root: '/c', debug: true }],
  'run --detach=T --keep=0 -no-pivot=1 ID': ['run', ['ID'], { detach: true, 'no-pivot': true }, {}],
  'create --bundle --pid-file --debug -- -x': ['create', ['-x'], { bundle: '--pid-file' }, { debug: true }],
  'create --debug --pid-file= ID': ['create', ['ID'], { 'pid-file': '' }, { debug: true }],
  'exec --debug -dg 5 -g=6 --cap CAP_KILL ID sh --debug -dx': [
    'exec',
    ['ID', 'sh', '--debug', '-dx'],
    { detach: true, 'additional-gids': ['5', '6'], cap: ['CAP_KILL'] },
    { debug: true },
  ],
  'exec --debug -- ID sh -- -x': ['exec', ['ID', 'sh', '--', '-x'], {}, { debug: true }],
  'kill --debug -- -x -root': ['kill', ['-x', '-root'], {}, { debug: true }],
}

for (const [text, [verb, rest, flags, globals]] of Object.entries(others))
  test(`yargs: ocits ${text}`, () => {
    assert.is(parse(words(text)), undefined)
    const read = unusual(words(text))
    assert.ok('line' in read)
    assert.equal(read.line, { verb, words: rest, flags, globals })
  })

test('yargs reads the usual forms as the quick parser does', () => {
  for (const text of Object.keys(lines)) {
    const quick = parse(words(text))
    const read = unusual(words(text))
    assert.ok('line' in read, text)
    assert.equal(read.line, JSON.parse(JSON.stringify(quick)), text)
  }
})

const wrong: Readonly<Record<string, readonly [message: string, code: number]>> = {
  '': ['no command (see ocits help)', 1],
  create: ['"create" requires at least 1 argument(s): ID [BUNDLE] (see ocits help create)', 1],
  'create a b c': ['"create" requires at most 2 argument(s): ID [BUNDLE] (see ocits help create)', 1],
  start: ['"start" requires exactly 1 argument(s): ID (see ocits help start)', 1],
  'list x': ['"list" requires exactly 0 argument(s) (see ocits help list)', 1],
  'create --bundle': ['flag needs an argument: --bundle (see ocits help create)', 1],
  'create ID -b': ['flag needs an argument: -b (see ocits help create)', 1],
  'list -qf': ['flag needs an argument: -f (see ocits help list)', 1],
  '--root': ['flag needs an argument: --root (see ocits help)', 1],
  'create --nothing ID': ['flag provided but not defined: --nothing (see ocits help create)', 1],
  'create -nothing=1 ID': ['flag provided but not defined: -nothing (see ocits help create)', 1],
  'create --bundel /b ID': [
    'flag provided but not defined: --bundel (did you mean --bundle? see ocits help create)',
    1,
  ],
  'list -qx': ['flag provided but not defined: -x (see ocits help list)', 1],
  'kill ID -9': ['flag provided but not defined: -9 (did you mean 9? see ocits help kill)', 1],
  'kill ID -KILL': ['flag provided but not defined: -KILL (did you mean KILL? see ocits help kill)', 1],
  'create --constructor ID': ['flag provided but not defined: --constructor (see ocits help create)', 1],
  'create --__proto__ ID': ['flag provided but not defined: --__proto__ (see ocits help create)', 1],
  'create --_=3 ID': ['flag provided but not defined: --_ (see ocits help create)', 1],
  'create --nothing --help': ['flag provided but not defined: --nothing (see ocits help create)', 1],
  'run --detach=maybe ID': ['invalid boolean value "maybe" for --detach: true or false (see ocits help run)', 1],
  '--debug=2 list': ['invalid boolean value "2" for --debug: true or false (see ocits help)', 1],
  'delet x': ['unknown command "delet" (did you mean delete? see ocits help)', 1],
  '--root /r info --bundle /b ID': ['unknown command "info" (see ocits help)', 1],
  'restore --lsm-mount-context': ['flag needs an argument: --lsm-mount-context (see ocits help restore)', 1],
  checkpoint: ['"checkpoint" requires exactly 1 argument(s): ID (see ocits help checkpoint)', 1],
  '--nothing create ID': ['flag provided but not defined: --nothing (see ocits help)', 1],
  '-hv': ['flag provided but not defined: -hv (see ocits help)', 1],
  'nothing-like-it': ['unknown command "nothing-like-it" (see ocits help)', 1],
  '-- nothing-like-it': ['unknown command "nothing-like-it" (see ocits help)', 1],
  'info --help': ['unknown command "info" (see ocits help)', 1],
  '--help info': ['unknown command "info" (see ocits help)', 1],
  'help info': ["No help topic for 'info' (see ocits help)", 3],
  'exec --user': ['flag needs an argument: --user (see ocits help exec)', 1],
  'exec --nothing ID sh': ['flag provided but not defined: --nothing (see ocits help exec)', 1],
  'exec -d': ['"exec" requires at least 1 argument(s): ID PROGRAM... (see ocits help exec)', 1],
  __proto__: ['unknown command "__proto__" (see ocits help)', 1],
}

for (const [text, [message, code]] of Object.entries(wrong))
  test(`wrong: ocits ${text}`, () => {
    assert.is(parse(words(text)), undefined)
    assert.equal(unusual(words(text)), { wrong: message, code })
  })

// podman assumes that a runtime has checkpoints if the help of `checkpoint` ends with 0, and that it accepts a mount label if `restore
// --lsm-mount-context` prints one of these words.
test('podman is told that there is a checkpoint, and a mount label with it', () => {
  assert.ok('text' in unusual(words('checkpoint --help')))
  const answer = unusual(words('restore --lsm-mount-context'))
  assert.ok('wrong' in answer && /flag needs an argument|requires an argument/.test(answer.wrong))
})

test('missing commands do not pretend to exist', () => {
  const answer = unusual(words('info -h'))
  assert.ok('wrong' in answer && answer.code !== 0)
})

test('the version is printed for each usual flag', () => {
  for (const text of ['--version', '-v', 'create --version', 'create -v ID', '--version create'])
    assert.equal(unusual(words(text)), { text: 'ocits version 0.1.0\nspec: 1.3.0\n' }, text)
})

test('errors can go to the log that earlier flags name', () => {
  const { values, rest } = leading(words('--log /l --log-format json --nothing create'))
  assert.equal([values, rest], [{ log: '/l', 'log-format': 'json' }, ['--nothing', 'create']])
  assert.equal(leading(words('create --log /l')), { values: {}, rest: ['create', '--log', '/l'] })
  assert.equal(leading(words('--log')), { values: {}, rest: ['--log'] })
})

test.run()
