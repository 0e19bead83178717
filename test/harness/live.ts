import { test } from 'uvu'

const only = process.env.ONLY

/** A test with a time limit; `ONLY=words` in the environment picks those with the words in their names. */
export function live(name: string, body: () => Promise<void>, limit = 30_000): void {
  if (only !== undefined && !name.includes(only)) return
  test(name, async () => {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`${name}: not done in ${limit} ms`)), limit)
    })
    try {
      await Promise.race([body(), late])
    } finally {
      clearTimeout(timer)
    }
  })
}

/** A test that this machine cannot run: the reason is said, and uvu counts it. */
export function skipped(name: string, reason: string): void {
  console.log(`skip  ${name}: ${reason}`)
  test.skip(name)
}
