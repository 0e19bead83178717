import { allCommands } from './all_commands.ts'
import { globals, type Verb } from './commands.ts'
import type { Flags } from './row.ts'
import { wrapped } from './wrapped.ts'

/** Lines to copy: each is a command line that is taken as it stands. */
export const examples: Readonly<Partial<Record<Verb, readonly string[]>>> = {
  create: ['ocits create web bundles/hello', 'ocits start web'],
  run: [
    'ocits run demo bundles/hello',
    'ocits run --timeout 1m30s demo bundles/hello',
    'ocits run --detach --pid-file /run/web.pid --bundle bundles/hello web',
  ],
  list: ['ocits list --format json', 'ocits list --quiet'],
  kill: ['ocits kill web', 'ocits kill web HUP', 'ocits kill web SIGRTMIN+3'],
  delete: ['ocits delete web', 'ocits delete --force web demo'],
  pause: ['ocits pause web', 'ocits resume web'],
  ps: ['ocits ps web', 'ocits ps web -o pid,rss,args', 'ocits ps --format json web'],
  events: ['ocits events --stats web', 'ocits events --interval 500ms web'],
  wait: ['ocits wait web', 'ocits wait --json web'],
  update: ['ocits update --memory 128m --memory-swap 256m web', 'ocits update --resources resources.json web'],
  mounts: ['ocits mounts add web mounts.json', 'ocits mounts remove web mounts.json'],
  ns: [
    'ocits ns list --tree',
    'ocits ns show web',
    'ocits ns diff web 1',
    'ocits ns pin web net shop',
    'ocits ns pin web uts /run/web.uts',
    'ocits ns unpin shop',
  ],
  enter: [
    'ocits enter web',
    'ocits enter web --net ip address',
    'ocits enter --target 1 --mount --uts hostname',
    'ocits enter /run/netns/shop ip link',
    'ocits enter web -a --plan',
  ],
  unshare: [
    'ocits unshare --user --map-root-user --net ip link',
    'ocits unshare --pid --fork --mount-proc ps -ef',
    'ocits unshare -Urm --plan',
    'ocits unshare -Urpf --mount-proc --spec sh',
    'ocits unshare --uts=/run/shop.uts hostname shop',
  ],
  spec: ['ocits spec --rootless --bundle web'],
  plan: [
    'ocits plan bundles/hello',
    'ocits plan --explain bundles/hello',
    'ocits plan --run --json bundles/hello',
    'ocits plan bundles/hello --against bundles/default',
  ],
  doctor: ['ocits doctor', 'ocits doctor bundles/hello'],
  diff: ['ocits diff bundles/hello bundles/default', 'ocits diff web bundles/hello'],
  validate: ['ocits validate bundles/hello'],
  compile: ['ocits compile --output hello.ocits bundles/hello', 'ocits run --program hello.ocits demo'],
  completion: [
    'source <(ocits completion bash)',
    'ocits completion zsh >/usr/local/share/zsh/site-functions/_ocits',
    'ocits completion fish >~/.config/fish/completions/ocits.fish',
  ],
  help: ['ocits help create'],
}

/** The help of one command, or of all, in lines of at most `columns` signs; only an example may be longer. */
export function help(verb: Verb | undefined, columns: number): string {
  const parts = verb === undefined ? ofAll(columns) : ofOne(verb, columns)
  return `${parts.join('\n\n')}\n`
}

const ofAll = (columns: number): string[] => [
  'Usage: ocits [FLAGS] COMMAND [ARGUMENTS]',
  wrapped('A runtime for OCI containers that says what it is going to do.', columns).join('\n'),
  `Commands:\n${listed(
    Object.entries(allCommands).map(([verb, { description }]) => [verb, description]),
    columns,
  )}`,
  `Flags of every command:\n${listed(flagsOf(globals), columns)}`,
  wrapped('The flags, the arguments and examples of a command: ocits help COMMAND', columns).join('\n'),
]

function ofOne(verb: Verb, columns: number): string[] {
  const { description, argument, flags } = allCommands[verb]
  const own = flagsOf(flags)
  const lines = examples[verb] ?? []
  return [
    ['Usage: ocits', verb, own.length > 0 ? '[FLAGS]' : '', argument].filter((word) => word !== '').join(' '),
    wrapped(`${description.charAt(0).toUpperCase()}${description.slice(1)}.`, columns).join('\n'),
    ...(own.length > 0 ? [`Flags:\n${listed(own, columns)}`] : []),
    ...(lines.length > 0 ? [['For example:', ...lines.map((line) => `  ${line}`)].join('\n')] : []),
    wrapped('Flags of every command: ocits help', columns).join('\n'),
  ]
}

type Entry = readonly [name: string, description: string]

const valuePart = (argument: string | undefined, optional: true | undefined) =>
  argument === undefined ? '' : optional === true ? `[=${argument}]` : ` ${argument}`

const flagsOf = (flags: Flags): Entry[] =>
  Object.entries(flags)
    .filter(([, { hidden }]) => hidden !== true)
    .map(([name, { short, argument, optional, description }]) => [
      `${short === undefined ? '   ' : `-${short},`} --${name}${valuePart(argument, optional)}`,
      description,
    ])

// Names on the left, what they mean beside them; a name that is too long has its line for itself.
function listed(entries: readonly Entry[], columns: number): string {
  const widest = Math.max(...entries.map(([name]) => name.length)) + 4
  const margin = Math.min(widest, Math.floor(columns / 2))
  return entries
    .flatMap(([name, description]) => {
      const lines = wrapped(description, columns - margin).map((line) => `${' '.repeat(margin)}${line}`)
      const left = `  ${name}`
      if (left.length + 2 > margin) return [left, ...lines]
      return [`${left.padEnd(margin)}${lines[0]?.slice(margin)}`, ...lines.slice(1)]
    })
    .join('\n')
}
