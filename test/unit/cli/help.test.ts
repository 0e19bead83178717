import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { allCommands, verbs } from '../../../src/cli/all_commands.ts'
import type { Verb } from '../../../src/cli/commands.ts'
import { parseFully } from '../../../src/cli/full_parser.ts'
import { help } from '../../../src/cli/help.ts'
import { parse } from '../../../src/cli/parse.ts'
import { columnsOf } from '../../../src/cli/wrapped.ts'

const topics = [undefined, ...verbs]

const narrow = { env: () => -2, columns: () => -25 }
const asked = (text: string) => parseFully(text === '' ? [] : text.split(' '), narrow)

test('help fits 80 columns, and every other width as far as its words allow', () => {
  for (const columns of [40, 57, 80, 120])
    for (const topic of topics)
      for (const line of help(topic, columns).split('\n'))
        assert.ok(line.length <= columns || (columns < 80 && line.startsWith('  ocits ')), `${columns}: ${line}`)
})

test('it uses a wider terminal', () => {
  assert.ok(
    help(undefined, 120)
      .split('\n')
      .some((line) => line.length > 80),
  )
})

test('every command has its usage, one sentence, and all its flags except hidden ones', () => {
  for (const verb of verbs) {
    const { argument, flags, description } = allCommands[verb]
    const text = help(verb, 80)
    const [usage = '', , sentence = ''] = text.split('\n')
    assert.ok(usage.startsWith(`Usage: ocits ${verb}`) && usage.endsWith(argument), usage)
    assert.is(sentence, `${description.charAt(0).toUpperCase()}${description.slice(1)}.`)
    assert.is(
      usage.includes('[FLAGS]'),
      Object.values(flags).some(({ hidden }) => hidden !== true),
    )
    for (const [name, { hidden }] of Object.entries(flags)) assert.is(text.includes(`--${name}`), hidden !== true, name)
    assert.not.match(text, /\[(boolean|string)\]/)
  }
})

test('flags have their own column, and their descriptions another', () => {
  assert.is(
    help('create', 60),
    `Usage: ocits create [FLAGS] ID [BUNDLE]

Make a container, up to the moment before its program.

Flags:
  -b, --bundle DIR            the bundle: the folder with
                              config.json (default: .)
      --no-pivot              enter the root by move and
                              chroot, for a root on a
                              ramdisk
      --no-new-keyring        keep the session keyring of
                              the caller
      --pid-file FILE         write the pid of the container
                              there
      --pidfd-socket SOCKET   send a pidfd of the container
                              to who listens there
      --preserve-fds N        pass N more file descriptors
                              on, from 3
      --console-socket SOCKET
                              send the terminal of the
                              process to who listens there

For example:
  ocits create web bundles/hello
  ocits start web

Flags of every command: ocits help
`,
  )
})

test('the general help lists every command and every flag of all of them', () => {
  const text = help(undefined, 80)
  for (const verb of verbs)
    assert.match(text, new RegExp(`^  ${verb} +${allCommands[verb].description.split(' ')[0]}`, 'm'))
  assert.match(text, /^ {2}-h, --help/m)
})

test('an example is a valid command line', () => {
  const examples = topics.flatMap((topic) => help(topic, 80).match(/^ {2}ocits .*$/gm) ?? [])
  assert.ok(examples.length > 12)
  for (const example of examples) {
    const args = (example.split(' >')[0] ?? '').trim().split(' ').slice(1)
    assert.ok(parse(args) !== undefined || !('wrong' in parseFully(args, narrow)), example)
  }
})

test('all ways to ask for help agree', () => {
  const ways: Readonly<Record<string, readonly string[]>> = {
    '': ['--help', '-h', 'help', '-help', '--help=true'],
    create: [
      'help create',
      'create --help',
      'create -h',
      '--help create',
      'create ID --help',
      'create -b /b -h a b c d',
    ],
    help: ['help help', 'help --help', '-h help'],
  }
  for (const [topic, texts] of Object.entries(ways))
    for (const text of texts) {
      assert.is(parse(text.split(' ')), undefined, text)
      assert.equal(asked(text), { text: help(topic === '' ? undefined : (topic as Verb), 80) }, text)
    }
})

test('the width is that of the environment, otherwise of the terminal, otherwise 80', () => {
  const width = (columns: string | number, terminal: number) =>
    columnsOf({ env: (name) => (name === 'COLUMNS' ? columns : -2), columns: () => terminal })
  assert.is(width(-2, -25), 80)
  assert.is(width(-2, 100), 100)
  assert.is(width('60', 100), 60)
  assert.is(width('60', -25), 60)
  for (const nonsense of ['', '0', '-5', 'wide', '1e9999', '60.5']) assert.is(width(nonsense, 100), 100, nonsense)
  assert.is(width(-2, 0), 80, 'a terminal that does not know')
  assert.equal([width('3', -25), width('9999', -25)], [40, 120])
})

test.run()
