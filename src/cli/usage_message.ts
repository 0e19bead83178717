import { signalNumber } from '../kernel/signals.ts'
import { nearest } from '../spec/nearest.ts'
import type { Verb } from './commands.ts'
import type { Flags } from './row.ts'

/** What is wrong with a command line, in one line, as engines put all output of a runtime into an error of their own. */
export type Wrong = { readonly wrong: string; readonly code: number }

type Around = { readonly verb?: Verb | undefined; readonly meant?: string | undefined; readonly code?: number }

export function wrong(what: string, { verb, meant, code = verb === 'diff' ? 2 : 1 }: Around = {}): Wrong {
  const guess = meant === undefined ? '' : `did you mean ${meant}? `
  return { wrong: `${what} (${guess}see ocits help${verb === undefined ? '' : ` ${verb}`})`, code }
}

/** The error for a flag that cannot be used as it was written, in runc's words. */
export function wrongFlag(arg: string, flags: Flags, verb?: Verb): Wrong {
  const [flag = '', value = ''] = arg.split('=')
  const name = nameOf(arg)
  const known = longName(name, flags)
  if (known === undefined)
    return wrong(`flag provided but not defined: ${flag}`, { verb, meant: meant(name, flags, verb) })
  if (flags[known]?.argument !== undefined) return wrong(`flag needs an argument: ${flag}`, { verb })
  return wrong(`invalid boolean value ${JSON.stringify(value)} for ${flag}: true or false`, { verb })
}

function meant(name: string, flags: Flags, verb: Verb | undefined): string | undefined {
  // kill(1) has a dash before the signal.
  if (verb === 'kill' && signalNumber(name) !== undefined) return name
  const near = nearest(name, Object.keys(flags))
  return near && `--${near}`
}

/** The name of a flag, long or short, that an argument begins with. */
export function nameOf(arg: string): string {
  const equals = arg.indexOf('=')
  return arg.slice(arg.startsWith('--') ? 2 : 1, equals < 0 ? arg.length : equals)
}

export const longName = (name: string, flags: Flags): string | undefined =>
  Object.hasOwn(flags, name) ? name : Object.keys(flags).find((each) => flags[each]?.short === name)
