import { UsageError } from '../failure.ts'

/** What a command of several acts takes for one of them: the least and the greatest number of its words, and what they are. */
type ActRow = readonly [least: number, most: number, argument: string, ...rest: readonly unknown[]]

/** The act that the first word names, with its words. Throws a UsageError where there is none, or where it takes other words. */
export function actNamed<R extends ActRow>(
  command: string,
  acts: Readonly<Record<string, R>>,
  [what = '', ...words]: readonly string[],
): { readonly what: string; readonly row: R; readonly words: readonly string[] } {
  const row = Object.hasOwn(acts, what) ? acts[what] : undefined
  if (row === undefined)
    throw new UsageError(
      'ARGUMENT',
      `${command} ${what}: expected ${Object.keys(acts).join(', ')}: ocits help ${command}`,
    )
  const [least, most, argument] = row
  if (words.length < least || words.length > most)
    throw new UsageError('ARGUMENT', `"${command} ${what}" takes ${argument === '' ? 'no arguments' : argument}`)
  return { what, row, words }
}
