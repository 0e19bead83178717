import type { Verb } from './commands.ts'
import type { CommandRow, Flags, Values } from './row.ts'
import { type Wrong, wrong } from './usage_message.ts'

type Read = { readonly words: readonly string[]; readonly flags: Values }

/**
 * Reads the words after a command as getopt_long(3) does for unshare(1) and nsenter(1): letters may stand together (`-Urm`), of which one may have its
 * value behind it; a long flag may be shortened as long as it is the only one; a value that may be left out comes after `=`, or right after its letter;
 * the first word that is none ends the flags.
 */
export function readGetopt(args: readonly string[], row: CommandRow, verb: Verb): Read | Wrong {
  const flags: Values = {}
  let i = 0
  const [first = ''] = args
  if (row.getopt !== undefined && row.getopt !== '' && first !== '' && !isOption(first)) flags[row.getopt] = args[i++]
  for (; i < args.length; i++) {
    const arg = args[i] as string
    if (arg === '--') return { words: args.slice(i + 1), flags }
    if (!isOption(arg)) break
    const taken = arg.startsWith('--') ? long(arg, row.flags) : letters(arg, row.flags)
    if (typeof taken === 'string') return wrong(taken, { verb })
    for (const { name, value } of taken) {
      const flag = row.flags[name]
      const needs = flag?.argument !== undefined && flag.optional !== true
      if (value !== undefined && flag?.argument === undefined) return wrong(`--${name} takes no value`, { verb })
      const given = value ?? (needs ? args[++i] : undefined)
      if (needs && given === undefined) return wrong(`flag needs an argument: --${name}`, { verb })
      delete flags[name] // of several flags the last one may count: they are in order
      flags[name] = given ?? true
    }
  }
  return { words: args.slice(i), flags }
}

const isOption = (arg: string | undefined) => arg !== undefined && arg.length > 1 && arg.startsWith('-')

type Taken = readonly { readonly name: string; readonly value: string | undefined }[]

function long(arg: string, flags: Flags): Taken | string {
  const equals = arg.indexOf('=')
  const given = arg.slice(2, equals < 0 ? arg.length : equals)
  const meant = Object.keys(flags).filter((name) => name.startsWith(given))
  const name = meant.includes(given) ? given : meant.length === 1 ? meant[0] : undefined
  if (name !== undefined) return [{ name, value: equals < 0 ? undefined : arg.slice(equals + 1) }]
  if (meant.length === 0) return `flag provided but not defined: --${given}`
  return `--${given} could be each of ${meant.map((each) => `--${each}`).join(', ')}`
}

function letters(arg: string, flags: Flags): Taken | string {
  const taken: { name: string; value: string | undefined }[] = []
  for (let i = 1; i < arg.length; i++) {
    const name = Object.keys(flags).find((each) => flags[each]?.short === arg[i])
    if (name === undefined) return `flag provided but not defined: -${arg[i]}`
    const rest = arg.slice(i + 1)
    const flag = flags[name]
    const takes = flag?.argument !== undefined && (flag.optional !== true ? rest !== '' : rest.startsWith('/'))
    if (takes) return [...taken, { name, value: rest }]
    taken.push({ name, value: undefined })
  }
  return taken
}
