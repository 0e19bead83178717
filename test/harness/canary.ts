import { createHash } from 'node:crypto'
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import * as assert from 'uvu/assert'

/** A folder of the host that no container may touch; hostile images attack it. */
export const canary = '/run/ocits-canary'

function* tree(path: string): Generator<string> {
  const { mode, uid, gid, mtimeMs, rdev } = lstatSync(path)
  const kind = mode & 0o170000
  const content =
    kind === 0o120000
      ? readlinkSync(path)
      : kind === 0o100000
        ? createHash('sha256').update(readFileSync(path)).digest('hex')
        : ''
  yield `${path} ${mode.toString(8)} ${uid}:${gid} ${mtimeMs} ${rdev} ${content}`
  if (kind === 0o040000) for (const name of readdirSync(path).sort()) yield* tree(`${path}/${name}`)
}

/** The complete content of a folder: names, modes, owners, times and contents. */
export const manifest = (path: string): readonly string[] => [...tree(path)]

/** Runs `body`; the canary, the kernel's settings and the host's device nodes must stay unchanged. */
export async function untouched(body: () => Promise<void>): Promise<void> {
  if (!existsSync(canary)) {
    mkdirSync(`${canary}/folder`, { recursive: true })
    writeFileSync(`${canary}/file`, 'canary\n')
    writeFileSync(`${canary}/folder/file`, 'canary\n')
  }
  const before = sensitive()
  await body()
  assert.equal(sensitive(), before)
}

function sensitive(): readonly string[] {
  const settings = ['core_pattern', 'hostname', 'domainname', 'panic'].map((name) =>
    readFileSync(`/proc/sys/kernel/${name}`, 'utf8'),
  )
  const nodes = ['null', 'zero', 'full', 'random', 'urandom', 'tty', 'ptmx'].map((name) => {
    const { mode, uid, gid, rdev } = lstatSync(`/dev/${name}`)
    return `${name} ${mode.toString(8)} ${uid}:${gid} ${rdev}`
  })
  return [...manifest(canary), ...settings, ...nodes]
}
