import { type All, awkIds, type Command, type Option, valued, type WordKind } from './completion_table.ts'

export function bash({ commands, options }: All): string {
  return `# bash completion of ocits: put it into /etc/bash_completion.d, or: source <(ocits completion bash)
_ocits_ids() { ocits "\${root[@]}" list 2>/dev/null | awk -v of="$*" ${awkIds}; }
_ocits() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]} verb= force= place=0 i each
  local takes=' ${valued(options).join(' ')} ' flags='${names(options)}' words= root=()
  # bash parts --flag=value at the sign
  if [[ $word == = ]]; then word=; elif [[ $before == = ]]; then before=\${COMP_WORDS[COMP_CWORD - 2]}; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    each=\${COMP_WORDS[i]}
    if [[ $each == -* && $takes == *" $each "* ]]; then
      ((i++))
      [[ \${COMP_WORDS[i]} != = ]] || ((i++))
      [[ $each != --root || i -ge COMP_CWORD ]] || root=(--root "\${COMP_WORDS[i]}")
      continue
    fi
    case $each in
      --force | -f) force=1 ;;
      -* | =) ;;
      *)
        if [[ -n $verb ]]; then ((place++)); continue; fi
        verb=$each
        case $verb in
${commands.map(flagsOf).join('\n')}
          *) flags= ;;
        esac ;;
    esac
  done
  if [[ $takes == *" $before "* && $before == -* ]]; then
    case $before in
${[...new Set([...options, ...commands.flatMap((command) => command.options)].flatMap(valuesOf))].join('\n')}
      *) return ;;
    esac
  elif [[ $word == -* ]]; then
    words=$flags
  else
    case $verb.$place in
      .0) words='${commands.map(({ verb }) => verb).join(' ')}' ;;
${commands.flatMap(placesOf).join('\n')}
    esac
  fi
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}
_ocits_files() { # d: folders alone
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen -"$1" -- "$2")
}
complete -F _ocits ocits
`
}

const names = (options: readonly Option[]) => options.flatMap((option) => option.names).join(' ')

// A switch of a command may have the name of a flag that takes a value before it.
function flagsOf({ verb, options, switches }: Command): string {
  const lost = switches.map((name) => `takes=\${takes/ ${name} / } `).join('')
  const argument = valued(options).length === 0 ? '' : `takes+='${valued(options).join(' ')} ' `
  return `          ${verb}) ${lost}${argument}flags='${names(options)}' ;;`
}

function valuesOf({ names, value }: Option): string[] {
  const what = value === undefined ? '' : found(value)
  return what === '' ? [] : [`      ${names.join(' | ')}) ${what} ;;`]
}

function placesOf({ verb, places, many }: Command): string[] {
  return places.map((place, i) => {
    const what = found(place)
    const at = `${verb}.${many && i === places.length - 1 ? '*' : i}`
    return `      ${at}) ${what || ':'} ;;`
  })
}

function found(place: WordKind): string {
  switch (place.kind) {
    case 'words':
      return `words='${place.words.join(' ')}'`
    case 'signals':
      return `words='${place.words.join(' ')}'; [[ $word != SIG* ]] || words=SIG\${words// / SIG}`
    case 'ids': {
      const statuses = place.statuses.join(' ')
      return `words=$(_ocits_ids ${place.forced ? `$([[ -n $force ]] || echo ${statuses})` : statuses})`
    }
    case 'folder':
      return '_ocits_files d "$word"; return'
    case 'file':
      return '_ocits_files f "$word"; return'
    case 'nothing':
      return ''
  }
}
