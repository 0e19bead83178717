import { chmodSync, chownSync, cpSync, mkdirSync, writeFileSync } from 'node:fs'
import type { Binding, Runtime } from './binding.ts'
import { must, type Options, run } from './run.ts'

/** The user of the rootless bundles; the folder of its service manager, where its containers are kept. */
export const uid = 1000
export const home = `/run/user/${uid}`
export const userRoot = `${home}/ocits`

const etc = `/tmp/ocits-etc.${process.pid}`

/** In the sandbox: a user with a known name and known ranges of ids, in a copy of /etc that covers the machine's. */
export async function makeUser(): Promise<void> {
  cpSync('/etc', etc, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true })
  writeFileSync(`${etc}/passwd`, `root:x:0:0::/root:/bin/sh\nuser:x:${uid}:${uid}::/tmp:/bin/sh\n`)
  writeFileSync(`${etc}/group`, `root:x:0:\nuser:x:${uid}:\n`)
  ranges('user:100000:65536\n')
  await must(['mount', '--bind', etc, '/etc'])
  mkdirSync(home, { recursive: true })
  chownSync(home, uid, uid)
  chmodSync(home, 0o700)
}

/** The ids that newuidmap(1) and newgidmap(1) permit from now on. */
export function ranges(text: string): void {
  for (const name of ['subuid', 'subgid']) writeFileSync(`${etc}/${name}`, text)
}

const env = { PATH: process.env.PATH ?? '', XDG_RUNTIME_DIR: home, USER: 'user' }

/** Runs a command as the user. */
export const asUser = (command: readonly string[], options: Options = {}) => run(command, { uid, env, ...options })

/** The command line as this user, with its default state folder. `within`: words before the command, as in `unshare --user`. */
export function userRuntime({ command }: Binding, within: readonly string[] = []): Runtime {
  const words = [...within, ...command]
  return Object.assign((args: readonly string[], options?: Options) => asUser([...words, ...args], options), {
    command: words,
    root: userRoot,
    uid,
  })
}
