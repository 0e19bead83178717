import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { verbs } from '../../../src/cli/all_commands.ts'
import { globals } from '../../../src/cli/commands.ts'
import { completion } from '../../../src/cli/completion.ts'
import { all } from '../../../src/cli/completion_table.ts'
import { laterCommands } from '../../../src/cli/later_commands.ts'
import { patience } from '../../harness/patience.ts'

const folder = mkdtempSync('/tmp/ocits-completion-')
for (const name of ['bundles/hello', 'bundles/help me', 'other']) mkdirSync(`${folder}/${name}`, { recursive: true })
writeFileSync(`${folder}/bottom`, '')
for (const shell of ['bash', 'zsh', 'fish']) writeFileSync(`${folder}/${shell}.completion`, completion(shell) ?? '')
test.after(() => rmSync(folder, { recursive: true }))

const table = [
  'ID       PID   STATUS   BUNDLE',
  'made     1     created  /a',
  'busy     2     running  /a',
  'still    3     paused   /a',
  'ended    0     stopped  /a',
]
// A replacement of `ocits` for the scripts: another state root has another container; an executed command line prints its words.
const list = `printf '%s\\n' ${table.map((line) => `'${line}'`).join(' ')}`
const stub = `ocits() {
  case "$*" in
    list) ${list} ;;
    '--root /r list') printf 'ID PID STATUS\\nother 1 created\\n' ;;
    *) printf '<%s>' "$@"; echo ;;
  esac
}`
const fishStub = `function ocits
  switch "$argv"
    case list
      ${list}
    case '--root /r list'
      printf 'ID PID STATUS\\nother 1 created\\n'
    case '*'
      printf '<%s>' $argv; echo
  end
end`

function run(command: readonly string[], input = ''): string {
  const [program = '', ...args] = command
  const { stdout, stderr, status, error } = spawnSync(program, args, {
    encoding: 'utf8',
    input,
    timeout: 20_000 * patience(),
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', HOME: folder, TERM: 'dumb', LC_ALL: 'C' },
  })
  assert.equal([error, status, stderr], [undefined, 0, ''], stdout)
  return stdout
}

const has = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0
const lines = (text: string) => text.split('\n').filter((line) => line !== '')

/** The completions of each shell for the last word of a command line. */
const shells: Readonly<Record<string, (words: readonly string[]) => string[]>> = {
  bash: (words) => {
    // Readline splits a word at `=`.
    const parts = words.flatMap((word) => word.split(/(=)/).filter((part, i) => part !== '' || i === 0))
    const ask = `COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _ocits; printf '%s\\n' "\${COMPREPLY[@]}"`
    const script = `source bash.completion; ${stub}\n${ask}`
    return lines(run(['bash', '-c', script, 'bash', 'ocits', ...parts]))
  },
  fish: (words) => {
    const line = ['ocits', ...words].join(' ')
    const offered = run(['fish', '--no-config', '-c', `${fishStub}\nsource fish.completion; complete -C '${line}'`])
    return lines(offered).map((each) => (each.split('\t')[0] ?? '').replace(/^--[a-z-]+=(?=.)/, ''))
  },
}

type Case = readonly [words: readonly string[], offered: readonly string[], ...except: string[]]

const cases: readonly Case[] = [
  [['cr'], ['create']],
  [['--debug', 'cr'], ['create']],
  [['--root', '/r', 'cr'], ['create']],
  [['delete', '--f'], ['--force']],
  [['plan', '--js'], ['--json']],
  [['start', ''], ['made']],
  [
    ['state', ''],
    ['busy', 'ended', 'made', 'still'],
  ],
  [['state', 's'], ['still']],
  [
    ['kill', ''],
    ['busy', 'made', 'still'],
  ],
  [
    ['delete', ''],
    ['ended', 'made'],
  ],
  [['delete', 'made', 'e'], ['ended']],
  [
    ['delete', '--force', ''],
    ['busy', 'ended', 'made', 'still'],
  ],
  [['delete', '-f', 'b'], ['busy']],
  [['--root', '/r', 'start', ''], ['other']],
  [['--root=/r', 'start', ''], ['other']],
  [['--log-format', 'json', 'start', 'm'], ['made']],
  [['kill', 'busy', 'TE'], ['TERM']],
  [['kill', 'busy', 'SIGK'], ['SIGKILL']],
  [
    ['kill', 'busy', 'USR'],
    ['USR1', 'USR2'],
  ],
  [
    ['list', '--format', ''],
    ['json', 'table'],
  ],
  [['list', '-f', 'j'], ['json']],
  [['list', '--format=j'], ['json']],
  [
    ['--log-format', ''],
    ['json', 'text'],
  ],
  [['--cgroup-manager', 's'], ['systemd']],
  [
    ['--rootless', ''],
    ['auto', 'false', 'true'],
  ],
  [
    ['completion', ''],
    ['bash', 'fish', 'zsh'],
  ],
  [['help', 'val'], ['validate']],
  [['validate', 'bun'], ['bundles'], 'fish'],
  [['validate', 'bun'], ['bundles/'], 'bash'],
  [['run', '--bundle', 'bun'], ['bundles'], 'fish'],
  [['run', 'new', 'oth'], ['other'], 'fish'],
  [['run', 'new', 'oth'], ['other/'], 'bash'],
  [['run', '--program', 'bott'], ['bottom']],
  [['start', 'made', ''], []],
  [['spec', '--rootless', ''], []],
]

for (const [shell, offered] of Object.entries(shells)) {
  if (!has(shell)) {
    console.log(`skip  ${shell}: it is not installed (scripts/setup.sh --oracle does)`)
    test.skip(`${shell} offers`)
    continue
  }
  for (const [words, expected, ...except] of cases)
    if (!except.includes(shell))
      test(`${shell} offers for ocits ${words.join(' ')}: ${expected.join(' ')}`, () =>
        assert.equal(offered(words).sort(), expected))
}

/** A real shell on a terminal: the test types a line with tabs, and compares the command that the shell runs. */
const typed: Readonly<Record<string, readonly string[]>> = {
  bash: ['bash', '--norc', '--noprofile', '-i'],
  zsh: ['zsh', '-f', '-i'],
}
const ready: Readonly<Record<string, string>> = {
  bash: `PS1=; bind 'set enable-bracketed-paste off'; source bash.completion; ${stub.replaceAll('\n', ' ')}\n`,
  zsh: `PS1=; autoload -Uz compinit; compinit -u -d dump; source ./zsh.completion; ${stub.replaceAll('\n', ' ')}\n`,
}

const keys: readonly (readonly [keys: string, ran: string])[] = [
  ['ocits vali\t bun\thello\t', '<validate><bundles/hello'],
  ['ocits run new --bundle bun\thelp\t', '<run><new><--bundle><bundles/help me'],
  ['ocits start \t', '<start><made>'],
  ['ocits --root /r start \t', '<--root></r><start><other>'],
  ['ocits delete --force bu\t', '<delete><--force><busy>'],
  ['ocits delete e\t', '<delete><ended>'],
  ['ocits kill bu\t TER\t', '<kill><busy><TERM>'],
  ['ocits kill bu\t SIGTER\t', '<kill><busy><SIGTERM>'],
  ['ocits list --format js\t', '<list><--format><json>'],
  ['ocits list --format=js\t', '<list><--format=json>'],
]

for (const [shell, command] of Object.entries(typed)) {
  if (!has(shell) || !has('script')) {
    console.log(
      `skip  ${shell} at a terminal: it is not installed (scripts/setup.sh --oracle does), or script(1) is not`,
    )
    test.skip(`${shell} at a terminal`)
    continue
  }
  test(`${shell} completes at a terminal`, () => {
    const input = `${ready[shell]}${keys.map(([line]) => `${line}\n`).join('')}exit\n`
    const ran = run(['script', '-qec', command.join(' '), '/dev/null'], input)
    for (const [line, words] of keys) assert.ok(ran.includes(words), `${JSON.stringify(line)}: not ${words}: ${ran}`)
  })
}

test('every script has every command and flag, hidden flags excepted, and the values of each flag', () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const script = completion(shell) ?? ''
    for (const verb of verbs) assert.ok(script.includes(verb), `${shell}: ${verb}`)
    for (const flag of Object.keys(globals)) assert.ok(script.includes(flag), `${shell}: ${flag}`)
    assert.not.ok(script.includes('no-subreaper'), shell)
  }
  const options = [...all().options, ...all().commands.flatMap((each) => each.options)]
  const unknown = options.filter(({ value }) => value?.kind === 'nothing').map(({ names }) => names[0])
  const free = ['--env', '--cwd', '--user', '--additional-gids', '--cap', '--apparmor', '--process-label', '--cgroup']
  const ids = ['--map-user', '--map-group', '--map-users', '--map-groups', '--setuid', '--setgid']
  const net = ['--name', '--address', '--gateway', '--route', '--bridge', '--bridge-address', '--peer-name']
  // Numbers and lists, which cannot be completed.
  const { resources, ...limits } = laterCommands.update.flags
  const shown = Object.entries(limits).filter(([, flag]) => !('hidden' in flag))
  assert.equal(
    [...new Set(unknown)],
    [
      '--preserve-fds',
      ...free,
      ...shown.map(([name]) => `--${name}`),
      ...['--lsm-profile', '--lsm-mount-context'],
      ...net,
      '--peer-address',
      '--device',
      '--move',
      ...ids,
      '--monotonic',
      '--boottime',
    ],
  )
  assert.is(completion('ksh'), undefined)
})

test.run()
