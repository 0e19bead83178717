import { execFileSync } from 'node:child_process'
import { existsSync, openSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { binary } from '../harness/binding.ts'
import { image, law, ocits } from '../harness/image.ts'
import { reaches, says, soon, stateOf } from '../harness/life.ts'
import { skipped } from '../harness/live.ts'
import { config, make } from '../harness/make.ts'
import { succeeded } from '../harness/outcome.ts'
import { run } from '../harness/run.ts'

// Resources of the host that could be reachable from inside: descriptors, files, sockets, groups.

/** Descriptors of this process for the host's root, as a careless engine leaves them open. */
const careless = () => Array.from({ length: 30 }, () => openSync('/', 'r'))

law('no descriptor of the host can be the working directory', async () => {
  const bundle = await make(config(['id']))
  const rootfs = readdirSync(`${bundle}/rootfs`)
  const fds = careless()
  for (let fd = 0; fd < 40; fd++)
    for (const path of [`/proc/self/fd/${fd}`, `/proc/self/fd/${fd}/../../../..`, `/proc/1/fd/${fd}`]) {
      const inside = await make(config(['ls', '.', 'ls', '..'], { process: { cwd: path } }))
      const { code, stdout } = await ocits(['run', '--bundle', inside, 'outside'], { fds })
      if (code === 0)
        for (const name of stdout.split(/[\s:]+/).filter((word) => /^[a-z]/.test(word)))
          assert.ok([...rootfs, 'dev', 'proc', 'fd'].includes(name) || /^\d+$/.test(name), `${path}: ${stdout}`)
      else assert.is(stdout, '')
    }
})

law('no program is found through a descriptor of the host', async () => {
  const fds = careless()
  for (let fd = 0; fd < 40; fd++) {
    const args = [`/proc/self/fd/${fd}/bin/busybox`, 'echo', 'outside']
    const { stdout } = await ocits(['run', '--bundle', await make(config([], { process: { args } })), 'outside'], {
      fds,
    })
    assert.is(stdout, '')
  }
})

law('the file of the running program does not belong to ocits', async () => {
  for (const args of [['/proc/self/exe'], ['/proc/1/exe'], ['/script']]) {
    const bundle = await image(config([], { process: { args } }), { '/script': 'file' })
    execFileSync('sh', ['-c', `echo '#!/proc/self/exe' >${bundle}/rootfs/script; chmod 755 ${bundle}/rootfs/script`])
    const { stdout } = await ocits(['run', '--bundle', bundle, 'self'], { limit: 4_000 })
    assert.is(stdout, '')
  }
})

law('a created init has nothing of the host, and hides its own data', async () => {
  const bundle = await make(config(['id']))
  succeeded(await ocits(['create', '--bundle', bundle, 'waiting'], { fds: careless() }))
  const { pid } = await stateOf(ocits, 'waiting')
  const held = readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`))
  const own = /^(\/dev\/null|\/tmp\/ocits-out\.\S+|socket:\[\d+\]|anon_inode:\[pidfd\]|\/memfd:\S+ \(deleted\))$/
  for (const target of held) assert.match(target, own)
  assert.match(readlinkSync(`/proc/${pid}/exe`), /^\/memfd:/)
  assert.is(readFileSync(`/proc/${pid}/environ`, 'utf8'), '')
  const files = readFileSync(`/proc/${pid}/maps`, 'utf8').match(/\/\S+/g) ?? []
  for (const file of files) assert.match(file, /^\/memfd:/)
  assert.not.match(readFileSync('/proc/self/net/unix', 'utf8'), / @/)
  succeeded(await ocits(['delete', 'waiting']))
})

law('a created init is small', async () => {
  succeeded(await ocits(['create', '--bundle', await make(config(['id'])), 'small']))
  const { pid } = await stateOf(ocits, 'small')
  // It gives back its pages after it has told the runtime that it waits.
  const resident = () => Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmRSS:\s+(\d+) kB/)?.[1])
  assert.ok(await soon(() => resident() <= 64), `${resident()} kB`)
  succeeded(await ocits(['delete', 'small']))
})

law('groups of the caller are not passed on', async () => {
  const command = [...ocits.command, 'run', '--bundle', await make(config(['id'])), 'groups']
  const { stdout } = await run(['setpriv', '--groups', '5,6,1000', ...command])
  assert.is(stdout, 'uid 0 0 0\ngid 0 0 0\ngroups\n')
})

law('signals that the caller ignores or blocks are not passed on', async () => {
  const command = [...ocits.command, 'run', '--bundle', await make(config(['signals'])), 'signals']
  const { stdout } = await run(['env', '--ignore-signal=PIPE,TERM,USR1', '--block-signal=HUP,INT', ...command])
  assert.is(stdout, 'signals not as they should be:\n')
})

law('a sysctl is written to the real /proc, or nothing runs', async () => {
  for (const covered of ['/proc/sys', '/proc/self/attr', '/proc']) {
    const spec = config(['read', '/proc/sys/kernel/msgmax'], {
      linux: { namespaces: [{ type: 'mount' }, { type: 'pid' }, { type: 'ipc' }], sysctl: { 'kernel.msgmax': '4321' } },
    })
    const command = [...ocits.command, 'run', '--bundle', await make(spec), 'covered']
    const cover = `mount -t tmpfs none ${covered} && exec "$@"`
    const { code, stdout } = await run(['unshare', '--mount', 'sh', '-c', cover, 'sh', ...command])
    if (code === 0) assert.is(stdout, '/proc/sys/kernel/msgmax: 4321\n')
    else assert.is(stdout, '')
  }
})

const alone = 'neither executable asks for a library'
if (!existsSync('/usr/bin/readelf')) skipped(alone, 'there is no readelf(1)')
else
  law(alone, async () => {
    const { stdout } = await run(['readelf', '--dynamic', binary.command[0] ?? ''])
    assert.not.match(stdout, /NEEDED|INTERP/)
  })

law('twenty containers leave no more descriptors, processes or files than one', async () => {
  const bundle = await make(config(['trap']))
  const files = () => readdirSync('/tmp').filter((name) => !name.startsWith('ocits-')).length
  const before = files()
  for (let i = 0; i < 20; i++) {
    const { out } = await ocits(['create', '--bundle', bundle, 'again'])
    succeeded(await ocits(['start', 'again']))
    await says(out, 'ready')
    succeeded(await ocits(['kill', 'again']))
    await reaches(ocits, 'again', 'stopped')
    succeeded(await ocits(['delete', 'again']))
  }
  assert.is(files(), before)
})

test.run()
