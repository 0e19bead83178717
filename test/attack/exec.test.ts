import { existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { read } from '../harness/bundle.ts'
import { hierarchies } from '../harness/cgroups.ts'
import { law, ocits } from '../harness/image.ts'
import { says, soon, stateOf } from '../harness/life.ts'
import { type Changes, config, make, proc } from '../harness/make.ts'
import { succeeded } from '../harness/outcome.ts'
import { must, type Result, run } from '../harness/run.ts'
import { devices, receiving } from '../harness/terminal.ts'
import { withFighter } from './fighter.ts'
import { many } from './scale.ts'

// The processes of a container attack a process that enters it.

const caps = ['CAP_SYS_PTRACE', 'CAP_SYS_ADMIN', 'CAP_SYS_CHROOT', 'CAP_DAC_OVERRIDE', 'CAP_DAC_READ_SEARCH']
const powerful = { bounding: caps, effective: caps, permitted: caps }
const maps = [{ containerID: 0, hostID: 100_000, size: 65_536 }]

/** Runs a container whose program is the fighter; returns the path of its output. */
async function fighting(changes: Changes, owner = '0:0'): Promise<string> {
  const args = ['/bin/fighter', 'watch', 'watch']
  const { process, ...others } = changes
  const bundle = await withFighter(
    await make(config([], { process: { args, capabilities: powerful, ...process }, ...others })),
  )
  await must(['chown', '-R', owner, bundle])
  const { out, stderr } = await ocits(['run', '--detach', '--bundle', bundle, 'fighting'])
  assert.is(stderr, '')
  await says(out, 'ready')
  return out
}

function failed({ code, stdout, stderr }: Result, words: string): void {
  assert.is(code, 255, stderr)
  assert.is(stdout, '')
  assert.ok(stderr.includes(words), `not in it, ${JSON.stringify(words)}: ${stderr}`)
}

law(
  'root of a user namespace cannot inspect an exec process',
  async () => {
    const dev = { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['mode=755'] }
    const namespaces = (['pid', 'mount', 'user'] as const).map((type) => ({ type }))
    const out = await fighting(
      { mounts: [proc, dev], linux: { namespaces, uidMappings: maps, gidMappings: maps } },
      '100000:100000',
    )
    for (let i = 0; i < many(500, 20); i++) succeeded(await ocits(['exec', 'fighting', '/probe', 'id']))
    assert.is(read(out), 'ready\n')
    succeeded(await ocits(['delete', '--force', 'fighting']))
  },
  many(120_000, 30_000),
)

law(
  'a process with the same rights finds no folder of the host in an exec process, whatever the caller has open',
  async () => {
    const out = await fighting({})
    const fds = Array.from({ length: 30 }, () => openSync('/', 'r'))
    for (let i = 0; i < many(500, 20); i++) {
      const { stdout } = await ocits(['exec', 'fighting', '/probe', 'fds'], { fds })
      assert.is(stdout, 'fds 0 1 2\n')
    }
    assert.not.match(read(out), /out by/)
    succeeded(await ocits(['delete', '--force', 'fighting']))
  },
  many(120_000, 30_000),
)

law('no descriptor of the host can be the working directory or the program of an exec', async () => {
  await fighting({ process: { args: ['/probe', 'trap'] } })
  const fds = Array.from({ length: 30 }, () => openSync('/', 'r'))
  for (let fd = 0; fd < many(40, 40); fd += 3)
    for (const path of [`/proc/self/fd/${fd}`, `/proc/self/fd/${fd}/../../..`, `/proc/1/fd/${fd}`]) {
      const { code, stdout } = await ocits(['exec', '--cwd', path, 'fighting', '/probe', 'ls', '.'], { fds })
      if (code !== 0) assert.is(stdout, '')
      else assert.not.match(stdout, /ocits|boot|root|usr/)
      const { stdout: told } = await ocits(['exec', 'fighting', `${path}/bin/busybox`, 'echo', 'outside'], { fds })
      assert.is(told, '')
    }
  succeeded(await ocits(['delete', '--force', 'fighting']))
})

/** A cgroup of this path in every hierarchy. */
const everywhere = (path: string) => hierarchies.map((top) => `${top}${path}`)
const members = (paths: readonly string[]) =>
  paths
    .map((path) => readFileSync(`${path}/cgroup.procs`, 'utf8'))
    .join('')
    .split('\n')
    .filter((line) => line !== '')

law('a cgroup of an exec is below that of the container, compared by whole path components', async () => {
  const top = '/ocits-exec'
  const linux = { namespaces: [{ type: 'pid' as const }, { type: 'mount' as const }], cgroupsPath: `${top}/web` }
  await fighting({ process: { args: ['/probe', 'trap'] }, linux })
  const sibling = everywhere(`${top}/web2`)
  const inner = everywhere(`${top}/web/sub`)
  for (const path of [...sibling, ...inner]) {
    mkdirSync(path)
    // No process can join a cpuset without CPUs (cpuset(7)).
    for (const file of ['cpuset.cpus', 'cpuset.mems'])
      if (existsSync(`${path}/${file}`)) writeFileSync(`${path}/${file}`, read(`${dirname(path)}/${file}`))
  }
  const before = hierarchies.map((each) => readdirSync(`${each}${top}`).sort().join())
  const exec = (...words: readonly string[]) =>
    ocits(['exec', ...words, 'fighting', '/probe', 'read', '/proc/self/cgroup'])
  try {
    for (const path of ['../web2', 'web/../web2', '..', '../..', 'sub/../../web2', '/..'])
      failed(await exec('--cgroup', path), `--cgroup: ${path} is not a sub cgroup path`)
    for (const path of [`${top}/web2`, '/web2', 'web2'])
      failed(await exec('--cgroup', path), 'no such file or directory')
    assert.equal(members(sibling), [])
    assert.equal(
      hierarchies.map((each) => readdirSync(`${each}${top}`).sort().join()),
      before,
    )
    const told = succeeded(await exec('--cgroup', 'sub'))
    for (const line of told.split('\n').filter((each) => each.includes(top))) assert.match(line, /\/web\/sub$/)
    // The status of the init is not important: a path with the same first letters belongs to another container.
    const { pid } = await stateOf(ocits, 'fighting')
    for (const path of sibling) writeFileSync(`${path}/cgroup.procs`, String(pid))
    assert.not.match(succeeded(await exec()), /web2/)
  } finally {
    succeeded(await ocits(['delete', '--force', 'fighting']))
    for (const path of [...sibling, ...everywhere(top)]) await rmdirSoon(path)
  }
})

async function rmdirSoon(path: string): Promise<void> {
  for (let i = 0; i < 50; i++)
    try {
      rmdirSync(path)
      return
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  rmdirSync(path)
}

law('exec sets the user exactly, or fails', async () => {
  await fighting({ process: { args: ['/probe', 'trap'] } })
  for (const [asked, uid, gid] of [
    ['1', '1', '0'],
    ['1:2', '1', '2'],
    ['0:0', '0', '0'],
    ['4294967294', '4294967294', '0'],
  ]) {
    const told = succeeded(await ocits(['exec', '--user', asked ?? '', 'fighting', '/probe', 'id']))
    assert.match(told, new RegExp(`^uid ${uid} ${uid} ${uid}\ngid ${gid} ${gid} ${gid}\n`))
  }
  const wrong = ['4294967295', '4294967296', '-1', '1:', ':1', ':', '', '0x1', '1e3', ' 1', '1 ', '01', '1.0', '+1']
  for (const user of [...wrong, '9007199254740993', '1:2:3', 'root', '1:wheel', '٣', '1\n'])
    failed(await ocits(['exec', `--user=${user}`, 'fighting', '/probe', 'id']), `--user ${JSON.stringify(user)}: `)
  for (const gid of ['4294967295', '-1', '', '0x1', '01', 'wheel'])
    failed(await ocits(['exec', `--additional-gids=${gid}`, 'fighting', '/probe', 'id']), '--additional-gids ')
  succeeded(await ocits(['delete', '--force', 'fighting']))
})

law('an exec process does not get the groups of the caller', async () => {
  await fighting({ process: { args: ['/probe', 'trap'] } })
  for (const user of ['0', '1000:1000']) {
    const command = [...ocits.command, 'exec', '--user', user, 'fighting', '/probe', 'id']
    const { stdout } = await run(['setpriv', '--groups', '5,6,1000', ...command])
    assert.match(stdout, /\ngroups\n$/)
  }
  succeeded(await ocits(['delete', '--force', 'fighting']))
})

law('an exec process cannot type into the terminal of the caller', async () => {
  await fighting({ process: { capabilities: {} } })
  const command = [...ocits.command, 'exec', 'fighting', '/bin/fighter', 'alone', 'type'].join(' ')
  const { stdout } = await run(['script', '--quiet', '--return', '--command', command, '/dev/null'])
  assert.is(stdout, 'ready\r\ntype: Operation not permitted\r\n')
  succeeded(await ocits(['delete', '--force', 'fighting']))
})

law('the terminal of an exec is a real one or none, whatever the container mounts at its path', async () => {
  await fighting({ mounts: [proc, ...devices], process: { args: ['/bin/fighter', 'replace'] } })
  await receiving(async ({ socket, text }) => {
    let made = 0
    for (let i = 0; i < many(500, 60); i++) {
      const command = ['exec', '--tty', '--console-socket', socket, 'fighting', '/probe', 'terminal']
      const { code, stderr } = await ocits(command)
      if (code === 0) made++
      else assert.match(stderr, /: terminal of \/dev\/pts.*: (ENODEV|ENOENT) /)
    }
    assert.ok(made > 0, 'none was made')
    assert.ok(made < many(500, 60), 'none was refused')
    assert.ok(await soon(() => text().split('/dev/tty is ').length === made + 1), text())
    assert.is(text().match(/^0 is \/dev\/pts\/\d+ 136:/gm)?.length, made)
  })
  succeeded(await ocits(['delete', '--force', 'fighting']))
})

test.run()
