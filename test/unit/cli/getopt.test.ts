import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readGetopt } from '../../../src/cli/getopt.ts'
import { namespaceCommands } from '../../../src/cli/namespace_commands.ts'
import { type Range, together } from '../../../src/cli/unshare_maps.ts'

// The command lines of unshare(1) and nsenter(1), and the maps of several flags together.

const read = (verb: 'unshare' | 'enter', line: string) =>
  readGetopt(line.split(' ').filter(Boolean), namespaceCommands[verb], verb)

const lines: Readonly<Record<string, readonly [flags: object, words: string[]]>> = {
  'unshare -Urmf sh -c x': [{ user: true, 'map-root-user': true, mount: true, fork: true }, ['sh', '-c', 'x']],
  'unshare --net=/run/n -w /usr -S5 true': [{ net: '/run/n', wd: '/usr', setuid: '5' }, ['true']],
  'unshare --map-r --kill-child -- -x': [{ 'map-root-user': true, 'kill-child': true }, ['-x']],
  'unshare --mount-proc /proc': [{ 'mount-proc': true }, ['/proc']],
  unshare: [{}, []],
  'enter web -m/run/m -u sh': [{ target: 'web', mount: '/run/m', uts: true }, ['sh']],
  'enter -t 5 -a -r sh': [{ target: '5', all: true, root: true }, ['sh']],
  'enter web -- -x': [{ target: 'web' }, ['-x']],
}

for (const [line, [flags, words]] of Object.entries(lines))
  test(line, () => {
    const [verb = '', ...rest] = line.split(' ')
    assert.equal(read(verb as 'unshare', rest.join(' ')), { flags, words })
  })

const wrongs: Readonly<Record<string, string>> = {
  '--none': 'flag provided but not defined: --none',
  '-UZ': 'flag provided but not defined: -Z',
  '--mo': '--mo could be each of --mount, --mount-proc, --monotonic',
  '--wd': 'flag needs an argument: --wd',
  '--fork=1': '--fork takes no value',
}

for (const [line, words] of Object.entries(wrongs))
  test(`unshare ${line} is wrong`, () => {
    const told = read('unshare', line)
    assert.ok('wrong' in told && told.wrong.startsWith(words), JSON.stringify(told))
  })

test('of several equal flags the last one counts', () => {
  const told = read('unshare', '-r -c -r')
  assert.equal('flags' in told ? Object.keys(told.flags) : [], ['map-current-user', 'map-root-user'])
})

const range = (inside: number, outside: number, count: number): Range => ({ inside, outside, count })

test('a single id splits a range', () => {
  assert.equal(together(range(0, 1000, 10), range(3, 5, 1)), [range(3, 5, 1), range(0, 1000, 3), range(4, 1003, 6)])
  assert.equal(together(range(0, 1000, 10), range(0, 5, 1)), [range(0, 5, 1), range(1, 1000, 9)])
  assert.equal(together(range(0, 1000, 10), range(9, 5, 1)), [range(9, 5, 1), range(0, 1000, 9)])
  assert.equal(together(range(5, 1000, 10), range(0, 5, 1)), [range(0, 5, 1), range(5, 1000, 10)])
  assert.equal(together(undefined, range(0, 5, 1)), [range(0, 5, 1)])
  assert.equal(together(undefined, undefined), [])
})

test.run()
