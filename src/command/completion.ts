import { commands, type Flags, globals, type Row, type Verb } from './table.ts'

const verbs = Object.keys(commands) as Verb[]
const rows: Readonly<Record<Verb, Row>> = commands

/** A script that completes commands, flags, ids of containers and folders; undefined for a shell that is not known. */
export function completion(shell: string): string | undefined {
  switch (shell) {
    case 'bash':
      return bash()
    case 'zsh':
      return zsh()
    case 'fish':
      return fish()
    default:
      return undefined
  }
}

type Shown = {
  readonly name: string
  readonly short: string | undefined
  readonly says: string
  readonly value: boolean
}

function shown(flags: Flags): Shown[] {
  return Object.entries(flags)
    .filter(([, { hidden }]) => hidden !== true)
    .map(([name, { short, says, takes }]) => ({ name, short, says, value: takes !== undefined }))
}

const words = (flags: Flags) =>
  shown(flags)
    .flatMap(({ name, short }) => [`--${name}`, ...(short === undefined ? [] : [`-${short}`])])
    .join(' ')

const valued = (flags: Flags) =>
  shown(flags)
    .filter(({ value }) => value)
    .flatMap(({ name, short }) => [`--${name}`, ...(short === undefined ? [] : [`-${short}`])])

// What the first word after a command is.
const subject = (verb: Verb): 'id' | 'folder' | 'words' | 'nothing' => {
  const { takes } = rows[verb]
  if (verb === 'create' || verb === 'run') return 'nothing'
  if (takes.startsWith('ID')) return 'id'
  if (takes === '[BUNDLE]') return 'folder'
  return takes === '' ? 'nothing' : 'words'
}

const choices = (verb: Verb) => (verb === 'completion' ? 'bash zsh fish' : verbs.join(' '))

// Flags whose value is a file or a folder. A letter that is a switch of another command is left out.
function paths(): string[] {
  const all = new Set(['--root', ...verbs.flatMap((verb) => valued(rows[verb].flags))])
  return [...all].filter((flag) => flag.startsWith('--') || !switches().has(flag))
}

const switches = () =>
  new Set(
    verbs.flatMap((verb) =>
      shown(rows[verb].flags)
        .filter(({ value }) => !value)
        .map(({ short }) => `-${short}`),
    ),
  )

function bash(): string {
  const cases = verbs.map((verb) => {
    const after = {
      id: `words="$(ocits "\${globals[@]}" list -q 2>/dev/null)"`,
      words: `words="${choices(verb)}"`,
      folder: 'folders=1',
      nothing: 'folders=1',
    }[subject(verb)]
    return `    ${verb}) ${after} flags="${words(rows[verb].flags)}" ;;`
  })
  return `# bash completion of ocits: put it into /etc/bash_completion.d, or: source <(ocits completion bash)
_ocits() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]} verb= words= flags= folders= i
  local globals=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in
      --root) globals+=(--root "\${COMP_WORDS[i + 1]}"); ((i++)) ;;
      ${valued(globals)
        .filter((flag) => flag !== '--root')
        .join(' | ')}) ((i++)) ;;
      -*) ;;
      *) verb=\${COMP_WORDS[i]}; break ;;
    esac
  done
  case $before in
    ${paths().join(' | ')})
      mapfile -t COMPREPLY < <(compgen -f -- "$word")
      return ;;
  esac
  case $verb in
    '') words="${verbs.join(' ')}" flags="${words(globals)}" ;;
${cases.join('\n')}
  esac
  if [[ $word == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$flags" -- "$word")
  elif [[ -n $folders ]]; then
    mapfile -t COMPREPLY < <(compgen -d -- "$word")
  else
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
  fi
}
complete -F _ocits ocits
`
}

// In zsh's _arguments and _describe a colon separates, and brackets enclose the words.
const zshWords = (says: string) =>
  says.replaceAll("'", '').replaceAll('[', '(').replaceAll(']', ')').replaceAll(':', ',')

const zshFlags = (flags: Flags) =>
  shown(flags)
    .flatMap(({ name, short, says, value }) =>
      [`--${name}`, ...(short === undefined ? [] : [`-${short}`])].map(
        (flag) => `'${flag}[${zshWords(says)}]${value ? ':value:_files' : ''}'`,
      ),
    )
    .join(' ')

function zsh(): string {
  const cases = verbs.map((verb) => {
    const after = {
      id: "'*:id:_ocits_ids'",
      folder: "':bundle:_files -/'",
      words: `':word:(${choices(verb)})'`,
      nothing: '',
    }
    return `    ${verb}) _arguments ${zshFlags(rows[verb].flags)} ${after[subject(verb)]} ;;`
  })
  return `#compdef ocits
# zsh completion of ocits: put it into a folder of $fpath as _ocits
_ocits_ids() { compadd -- \${(f)"$(ocits list -q 2>/dev/null)"} }
_ocits() {
  local state line
  _arguments -C ${zshFlags(globals)} '1:command:->command' '*::argument:->argument'
  case $state in
    command)
      local -a verbs=(${verbs.map((verb) => `'${verb}:${zshWords(rows[verb].says)}'`).join(' ')})
      _describe command verbs ;;
    argument) case $words[1] in
${cases.join('\n')}
    esac ;;
  esac
}
_ocits "$@"
`
}

function fish(): string {
  const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
  const flagLines = (flags: Flags, condition: string) =>
    shown(flags).map(
      ({ name, short, says, value }) =>
        `complete -c ocits -n ${quoted(condition)} -l ${name}${short === undefined ? '' : ` -s ${short}`}${value ? ' -r' : ''} -d ${quoted(says)}`,
    )
  const lines = verbs.flatMap((verb) => {
    const seen = `__fish_seen_subcommand_from ${verb}`
    const after = {
      id: '(ocits list -q 2>/dev/null)',
      words: choices(verb),
      folder: '(__fish_complete_directories)',
      nothing: '',
    }
    const subjects = after[subject(verb)]
    return [
      `complete -c ocits -n __fish_use_subcommand -a ${verb} -d ${quoted(rows[verb].says)}`,
      ...(subjects === '' ? [] : [`complete -c ocits -n ${quoted(seen)} -a ${quoted(subjects)}`]),
      ...flagLines(rows[verb].flags, seen),
    ]
  })
  return `# fish completion of ocits: put it into ~/.config/fish/completions
complete -c ocits -f
${[...flagLines(globals, '__fish_use_subcommand'), ...lines].join('\n')}
`
}
