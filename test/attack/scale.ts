/** `ATTACK=all`: everything, as in `npm run test:attack`. Otherwise a sample, as in `npm test`, which takes half a minute in total. */
export const whole = process.env.ATTACK === 'all'

/** A number of repetitions. */
export const many = (all: number, sample: number): number => (whole ? all : sample)

/** All elements of a list; in a sample this number of them, evenly spread. */
export function some<T>(list: readonly T[], sample: number): readonly T[] {
  if (whole || list.length <= sample) return list
  return Array.from({ length: sample }, (_, index) => list[Math.floor((index * list.length) / sample)] as T)
}
