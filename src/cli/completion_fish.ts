import { type All, awkIds, type Command, type Option, valued, type WordKind } from './completion_table.ts'

export function fish({ commands, options }: All): string {
  const lines = commands.flatMap((command) => [
    `complete -c ocits -n '__ocits_at "" 0' -a ${command.verb} -d ${quoted(command.description)}`,
    ...command.options.map((option) => flag(option, `__ocits_in ${command.verb}`)),
    ...placesOf(command),
  ])
  // A letter may be a switch of one command and take a value with another.
  const argument = commands.map(
    (command) =>
      `            case ${command.verb}\n                set takes $takes ${valued(command.options).join(' ')}`,
  )
  return `# fish completion of ocits: put it into ~/.config/fish/completions
function __ocits_plain # the command and its words, without flags; before them the value of --root
    set -l takes ${valued(options).join(' ')}
    set -l before ''
    set -l root ''
    set -l plain
    for word in (commandline -opc)[2..-1]
        if test -n "$before"
            test $before = --root; and set root $word
            set before ''
        else if contains -- $word $takes
            set before $word
        else if string match -q -- '--root=*' $word
            set root (string replace -- --root= '' $word)
        else if not string match -q -- '-*' $word
            set -a plain $word
            test (count $plain) = 1; and switch $word
${argument.join('\n')}
            end
        end
    end
    printf '%s\\n' "$root" $plain
end
function __ocits_in # COMMAND
    set -l plain (__ocits_plain)
    test "$plain[2]" = $argv[1]
end
function __ocits_at # COMMAND PLACE…: whether the word to be completed is in one of these places after it
    set -l plain (__ocits_plain)
    test "$plain[2]" = "$argv[1]"; and contains -- (math (count $plain) - 1) $argv[2..-1]
end
function __ocits_ids # STATUS…
    set -l plain (__ocits_plain)
    set -l root
    test -n "$plain[1]"; and set root --root $plain[1]
    ocits $root list 2>/dev/null | awk -v of="$argv" ${awkIds}
end
function __ocits_deletable
    if contains -- --force (commandline -opc); or contains -- -f (commandline -opc)
        __ocits_ids
    else
        __ocits_ids stopped created
    end
end
complete -c ocits -f
${[...options.map((option) => flag(option, '__ocits_at "" 0')), ...lines].join('\n')}
`
}

const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

function flag({ names, description, value }: Option, condition: string): string {
  const [long = '', short] = names
  const letter = short === undefined ? '' : ` -s ${short.slice(1)}`
  return `complete -c ocits -n ${quoted(condition)} -l ${long.slice(2)}${letter}${taken(value)} -d ${quoted(description)}`
}

function taken(value: WordKind | undefined): string {
  if (value === undefined) return ''
  if (value.kind === 'file') return ' -rF'
  const what = found(value)
  return what === '' ? ' -x' : ` -x -a ${quoted(what)}`
}

function placesOf({ verb, places, many }: Command): string[] {
  return places.flatMap((place, i) => {
    const what = found(place)
    const condition = many && i === places.length - 1 ? `__ocits_in ${verb}` : `__ocits_at ${verb} ${i + 1}`
    return what === '' ? [] : [`complete -c ocits -n ${quoted(condition)} -a ${quoted(what)}`]
  })
}

function found(place: WordKind): string {
  switch (place.kind) {
    case 'words':
      return place.words.join(' ')
    case 'signals':
      return `(string match -q 'SIG*' -- (commandline -ct); and printf 'SIG%s\\n' ${place.words.join(' ')}; or printf '%s\\n' ${place.words.join(' ')})`
    case 'ids':
      return place.forced ? '(__ocits_deletable)' : `(__ocits_ids ${place.statuses.join(' ')})`
    case 'folder':
      return '(__fish_complete_directories)'
    case 'file':
    case 'nothing':
      return ''
  }
}
