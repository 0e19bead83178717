/** `ATTACK=all`: everything, as `npm run test:attack` has it. Else a sample, as in `npm test`: as many as take half a minute in all. */
export const whole = process.env.ATTACK === 'all'

/** How many of something. */
export const many = (all: number, sample: number): number => (whole ? all : sample)

/** All of a list; of a sample so many, spread over it. */
export function some<T>(list: readonly T[], sample: number): readonly T[] {
  if (whole || list.length <= sample) return list
  return Array.from({ length: sample }, (_, index) => list[Math.floor((index * list.length) / sample)] as T)
}
