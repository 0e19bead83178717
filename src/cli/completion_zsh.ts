import { type All, awkIds, type Command, type Option, type WordKind } from './completion_table.ts'

export function zsh({ commands, options }: All): string {
  return `#compdef ocits
# zsh completion of ocits: put it into a folder of $fpath as _ocits
_ocits_ids() {
  local -a ids
  ids=(\${(f)"$(ocits $root list 2>/dev/null | awk -v of="$*" ${awkIds})"})
  compadd -- $ids
}
_ocits_deletable() {
  if (( $words[(I)(-f|--force)] )); then _ocits_ids; else _ocits_ids stopped created; fi
}
_ocits_signals() {
  local -a names
  names=($@)
  [[ $PREFIX != SIG* ]] || names=(SIG$^names)
  compadd -- $names
}
_ocits() {
  local state line
  local -a root
  local -A opt_args
  _arguments -C ${flags(options)} '1:command:->command' '*::argument:->argument'
  [[ -z \${opt_args[--root]} ]] || root=(--root "\${opt_args[--root]}")
  case $state in
    command)
      local -a verbs
      verbs=(${commands.map(({ verb, description }) => `'${verb}:${plain(description)}'`).join(' ')})
      _describe command verbs ;;
    argument) case $words[1] in
${commands.map(ofCommand).join('\n')}
    esac ;;
  esac
}
if [[ $funcstack[1] == _ocits ]]; then _ocits "$@"; else compdef _ocits ocits; fi
`
}

// In zsh's _arguments and _describe a colon separates, and brackets enclose the words.
const plain = (description: string) =>
  description.replaceAll("'", '').replaceAll('[', '(').replaceAll(']', ')').replaceAll(':', ',')

const flags = (options: readonly Option[]) =>
  options
    .flatMap(({ names, description, value }) =>
      names.map((name) => {
        const sign = value !== undefined && name.startsWith('--') ? '=' : ''
        return `'${name}${sign}[${plain(description)}]${value === undefined ? '' : found(value)}'`
      }),
    )
    .join(' ')

function ofCommand({ verb, options, places, many }: Command): string {
  const words = places.map((place, i) => `'${many && i === places.length - 1 ? '*' : i + 1}${found(place)}'`)
  return `    ${[`${verb}) _arguments`, flags(options), ...words].filter((each) => each !== '').join(' ')} ;;`
}

function found(place: WordKind): string {
  switch (place.kind) {
    case 'words':
      return `:word:(${place.words.join(' ')})`
    case 'signals':
      return `:signal: _ocits_signals ${place.words.join(' ')}`
    case 'ids':
      return place.forced ? ':id: _ocits_deletable' : `:id: _ocits_ids ${place.statuses.join(' ')}`
    case 'folder':
      return ':folder:_files -/'
    case 'file':
      return ':file:_files'
    case 'nothing':
      return ':value: '
  }
}
