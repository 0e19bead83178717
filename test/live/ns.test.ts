import { spawn } from 'node:child_process'
import { existsSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { aside, bindings, type Runtime } from '../harness/binding.ts'
import { lawsOf } from '../harness/laws.ts'
import { says, soon, stateOf } from '../harness/life.ts'
import { type Changes, config, make } from '../harness/make.ts'
import { refused, succeeded } from '../harness/outcome.ts'
import { must, run } from '../harness/run.ts'
import { makeUser, uid, userRuntime } from '../harness/user.ts'

// `ns` prints the data of lsns(8) from util-linux, and more; ip-netns(8) finds its pins, and `ns` finds those of ip-netns(8).

const root = '/run/ocits-ns-test'

await makeUser()

type Told = {
  readonly ns: number
  readonly type: string
  readonly processes: number
  readonly pid: number | null
  readonly command: string | null
  readonly containers: readonly string[]
  readonly uid: number | null
  readonly owner: number | null
  readonly parent: number | null
  readonly pins: readonly { readonly path: string; readonly pid?: number }[]
  readonly descriptors: readonly { readonly pid: number; readonly fd: number }[]
  readonly forChildrenOf: readonly number[]
}

const told = async (ocits: Runtime): Promise<readonly Told[]> =>
  JSON.parse(succeeded(await ocits(['ns', 'list', '--json'])))

const inode = (pid: number, type: string) => Number(readlinkSync(`/proc/${pid}/ns/${type}`).replace(/\D/g, ''))

const mapped: Changes = {
  linux: {
    namespaces: (['pid', 'mount', 'user', 'network', 'uts'] as const).map((type) => ({ type })),
    uidMappings: [{ containerID: 0, hostID: 0, size: 65_536 }],
    gidMappings: [{ containerID: 0, hostID: 0, size: 65_536 }],
  },
}

async function withContainer(ocits: Runtime, body: (pid: number) => Promise<void>): Promise<void> {
  const quick = aside(ocits)
  const ran = await quick(['run', '--detach', '--bundle', await make(config(['trap'], mapped)), 'web'])
  succeeded(ran)
  await says(ran.out, 'ready')
  try {
    await body((await stateOf(quick, 'web')).pid)
  } finally {
    succeeded(await quick(['delete', '--force', 'web']))
  }
}

// The common output at the same moment: the processes of the two commands are in some of the namespaces, and are not the lowest there.
const facts = (all: readonly Pick<Told, 'ns' | 'type' | 'processes' | 'pid'>[]) =>
  all.map(({ ns, type, processes, pid }) => `${ns} ${type} ${processes} ${pid}`).sort()

for (const binding of bindings) {
  const law = lawsOf(binding, root)

  law('ns list has the namespaces of lsns: their processes, the lowest of them, owners and parents', async (ocits) => {
    await withContainer(ocits, async () => {
      const columns = 'NS,TYPE,NPROCS,PID,ONS,PNS'
      const { stdout } = await must(['lsns', '--noheadings', '--raw', '--output', columns])
      const theirs = stdout
        .trim()
        .split('\n')
        .map((line) => line.split(' '))
      const ours = (await told(ocits)).filter(({ processes }) => processes > 0)
      assert.equal(
        facts(ours),
        facts(
          theirs.map(([ns, type, count, pid]) => ({
            ns: Number(ns),
            type: type ?? '',
            processes: Number(count),
            pid: Number(pid),
          })),
        ),
      )
      for (const [ns, , , , owner, parent] of theirs) {
        const found = ours.find((each) => each.ns === Number(ns))
        assert.is(found?.owner ?? 0, Number(owner), `the owner of ${ns}`)
        assert.is(found?.parent ?? 0, Number(parent), `the parent of ${ns}`)
      }
    })
  })

  law('ns list prints the container, the command, and the uid of the owner', async (ocits) => {
    await withContainer(ocits, async (pid) => {
      const all = await told(ocits)
      for (const type of ['pid', 'mnt', 'user', 'net', 'uts']) {
        const found = all.find(({ ns }) => ns === inode(pid, type))
        assert.equal([found?.containers, found?.command, found?.pid], [['web'], '/probe trap', pid], type)
        assert.is(found?.uid, 0)
        if (type !== 'user') assert.is(found?.owner, inode(pid, 'user'), type)
      }
      const shared = all.find(({ ns }) => ns === inode(pid, 'ipc'))
      assert.equal(shared?.containers, [])
      const table = succeeded(await ocits(['ns', 'list', '--type', 'network']))
        .trimEnd()
        .split('\n')
      assert.match(table[0] ?? '', /^NS +TYPE PROCS +PID UID OWNER +PARENT +CONTAINER COMMAND$/)
      assert.ok(table.slice(1).every((line) => / net /.test(line)))
      const row = new RegExp(`^${inode(pid, 'net')} net +1 +${pid} +0 ${inode(pid, 'user')} - +web +/probe trap$`)
      assert.ok(
        table.some((line) => row.test(line)),
        table.join('\n'),
      )
    })
  })

  law('ns list --tree prints namespaces below the user namespace that owns them', async (ocits) => {
    await withContainer(ocits, async (pid) => {
      const lines = succeeded(await ocits(['ns', 'list', '--tree'])).split('\n')
      const at = lines.findIndex((line) => new RegExp(`─${inode(pid, 'user')} +user `).test(line))
      assert.ok(at > 0)
      const below = lines.slice(at + 1).filter((line) => /^( {2}|│ )[├└]─/.test(line))
      assert.equal(
        below
          .map((line) => line.split(' ').filter(Boolean))
          .map((words) => words.find((word) => /^[a-z]+$/.test(word))),
        ['pid', 'mnt', 'net', 'uts'],
      )
      const alone = succeeded(await ocits(['ns', 'list', '--tree', '--type', 'user'])).split('\n')
      assert.ok(
        alone.some((line) => new RegExp(`^└─${inode(pid, 'user')} user `).test(line)),
        alone.join('\n'),
      )
    })
  })

  law('a namespace without processes is listed as long as something keeps it alive', async (ocits) => {
    await must(['ip', 'netns', 'add', 'empty'])
    const held = spawn('unshare', ['--net', 'sleep', '1000'], { stdio: 'ignore' })
    try {
      const child = held.pid ?? 0
      assert.ok(await soon(() => existsSync(`/proc/${child}`) && inode(child, 'net') !== inode(process.pid, 'net')))
      const number = inode(child, 'net')
      const keeper = spawn('sh', ['-c', `exec 7</proc/${child}/ns/net; echo; exec sleep 1000`], {
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      await new Promise((resolve) => keeper.stdout.once('data', resolve))
      held.kill('SIGKILL')
      assert.ok(await soon(() => !existsSync(`/proc/${child}`)))
      const all = await told(ocits)
      const open = all.find(({ ns }) => ns === number)
      assert.equal([open?.processes, open?.pid], [0, null])
      assert.ok(open?.descriptors.some(({ pid, fd }) => pid === keeper.pid && fd === 7))
      assert.is(open?.owner, inode(process.pid, 'user'))
      keeper.kill('SIGKILL')
      const pinned = all.find(({ pins }) =>
        pins.some(({ path, pid }) => path === '/run/netns/empty' && pid === undefined),
      )
      assert.equal([pinned?.type, pinned?.processes], ['net', 0])
      const line = succeeded(await ocits(['ns', 'list', '-t', 'net']))
        .split('\n')
        .find((each) => each.includes('empty'))
      assert.match(line ?? '', / pinned: \/run\/netns\/empty$/)
    } finally {
      held.kill('SIGKILL')
      await must(['ip', 'netns', 'del', 'empty'])
    }
  })

  law('ns show and ns diff: the namespaces that a container shares with others', async (ocits) => {
    await withContainer(ocits, async (pid) => {
      const shown: Told[] = JSON.parse(succeeded(await ocits(['ns', 'show', '--json', 'web'])))
      assert.equal(
        shown.map(({ type, ns }) => [type, ns]),
        ['user', 'pid', 'mnt', 'net', 'uts', 'ipc', 'cgroup', 'time'].map((type) => [type, inode(pid, type)]),
      )
      const table = succeeded(await ocits(['ns', 'show', `${pid}`])).split('\n')
      assert.match(table[0] ?? '', / YOURS CONTAINER COMMAND$/)
      assert.match(table[1] ?? '', / user .* no +web +\/probe trap$/)
      assert.match(table[6] ?? '', / ipc .* yes +- +/)
      const differs = await ocits(['ns', 'diff', 'web', '1'])
      assert.equal([differs.code, differs.stderr], [1, ''])
      const rows = differs.stdout.split('\n').map((line) => line.split(/ {2,}/))
      assert.equal(
        rows.slice(1, -1).map(([type, , , words]) => `${type} ${words}`),
        ['user', 'pid', 'mnt', 'net', 'uts']
          .map((type) => `${type} not shared`)
          .concat(['ipc', 'cgroup', 'time'].map((type) => `${type} shared`)),
      )
      assert.equal(rows[0]?.slice(0, 3), ['TYPE', 'web', '1'])
      succeeded(await ocits(['ns', 'diff', 'web', `${pid}`]))
      const data = await ocits(['ns', 'diff', '--json', 'web', '1'])
      assert.equal(JSON.parse(data.stdout)[0], {
        type: 'user',
        a: inode(pid, 'user'),
        b: inode(1, 'user'),
        shared: false,
      })
    })
  })

  law('ns pin keeps a namespace under a name that ip netns knows; ns unpin releases pins of both', async (ocits) => {
    await withContainer(ocits, async (pid) => {
      const number = inode(pid, 'net')
      assert.is(succeeded(await ocits(['ns', 'pin', 'web', 'net'])), '/run/netns/web\n')
      assert.match((await must(['ip', 'netns', 'list'])).stdout, /^web\b/m)
      assert.is((await must(['ip', 'netns', 'identify', `${pid}`])).stdout, 'web\n')
      const inside = (await must(['ip', 'netns', 'exec', 'web', 'readlink', '/proc/self/ns/net'])).stdout
      assert.is(inside, `net:[${number}]\n`)
      refused(await ocits(['ns', 'pin', 'web', 'network']), '/run/netns/web', 'EEXIST', 'that name is in use')
      succeeded(await ocits(['ns', 'unpin', 'web']))
      assert.not(existsSync('/run/netns/web'))
      await must(['ip', 'netns', 'add', 'theirs'])
      succeeded(await ocits(['ns', 'unpin', 'theirs']))
      assert.is((await must(['ip', 'netns', 'list'])).stdout, '')
    })
  })

  law('ns unpin removes the empty file of a pin that was killed, and no other file', async (ocits) => {
    await withContainer(ocits, async () => {
      succeeded(await ocits(['ns', 'pin', 'web', 'net', 'other'])) // makes the folder
      writeFileSync('/run/netns/left', '', { mode: 0 })
      succeeded(await ocits(['ns', 'unpin', 'left']))
      assert.not(existsSync('/run/netns/left'))
      for (const [content, mode] of [
        ['', 0o600],
        ['text', 0],
      ] as const) {
        writeFileSync('/run/netns/left', content, { mode })
        refused(await ocits(['ns', 'unpin', 'left']), 'it is not a file that holds a namespace')
        rmSync('/run/netns/left')
      }
      succeeded(await ocits(['ns', 'unpin', 'other']))
    })
  })

  // In a /run without pins, and without files of Node.
  if (binding.name === 'ocits')
    law('the folder of the pins is readable for all, whatever the umask of the caller', async ({ command }) => {
      const script = `mkdir -p /tmp/run; mount -n -t tmpfs run /tmp/run; cp "$1" /tmp/run/ocits; mount -n --move /tmp/run /run
        umask 077; /run/ocits ns pin 1 net web; stat -c %a /run/netns`
      const { stdout } = await must(['unshare', '--mount', 'sh', '-ec', script, 'sh', command[0] ?? ''])
      assert.is(stdout, '/run/netns/web\n755\n')
    })

  law('each type can be pinned, by a name and at a path, and entered after its container has ended', async (ocits) => {
    const files: string[] = []
    const numbers = new Map<string, number>()
    await withContainer(ocits, async (pid) => {
      for (const type of ['uts', 'net']) {
        files.push(succeeded(await ocits(['ns', 'pin', 'web', type, 'kept'])).trimEnd())
        numbers.set(type, inode(pid, type))
      }
      const path = '/run/ocits-own-pin'
      assert.is(succeeded(await ocits(['ns', 'pin', `${pid}`, 'uts', path])), `${path}\n`)
      succeeded(await ocits(['ns', 'unpin', path]))
      // An existing file does not belong to the pin: it stays unchanged.
      writeFileSync(path, 'notes')
      await must(['mount', '--bind', `/proc/${pid}/ns/uts`, path])
      succeeded(await ocits(['ns', 'unpin', path]))
      assert.is(readFileSync(path, 'utf8'), 'notes')
      symlinkSync('/etc/hostname', `${path}-link`)
      refused(await ocits(['ns', 'pin', `${pid}`, 'uts', `${path}-link`]), 'EEXIST')
      for (const file of [path, `${path}-link`]) rmSync(file)
      assert.not(existsSync(path))
    })
    assert.equal(files, ['/run/ocits-ns/kept.uts', '/run/netns/kept'])
    const all = await told(ocits)
    for (const file of files) {
      const pinned = all.find(({ pins }) => pins.some(({ path }) => path === file))
      assert.equal([pinned?.ns, pinned?.processes], [numbers.get(pinned?.type ?? ''), 0], file)
    }
    const entered = ['nsenter', '--uts=/run/ocits-ns/kept.uts', 'readlink', '/proc/self/ns/uts']
    assert.is((await must(entered)).stdout, `uts:[${numbers.get('uts')}]\n`)
    refused(await ocits(['ns', 'unpin', 'kept']), 'several pins are called kept', ...files)
    for (const file of files) succeeded(await ocits(['ns', 'unpin', file]))
    await must(['umount', '/run/ocits-ns'])
  })

  // The kernel compares the age of two mount namespaces by numbers, and each CPU takes them from its own reserve: so this is tried with
  // several.
  law(
    'a mount namespace can be pinned',
    async (ocits) => {
      const quick = aside(ocits)
      let pinned = false
      for (let tries = 0; !pinned && tries < 50; tries++)
        await withContainer(ocits, async (pid) => {
          const { code, stderr } = await (tries === 0 ? ocits : quick)(['ns', 'pin', 'web', 'mnt'])
          pinned = code === 0
          if (!pinned) assert.match(stderr, /EINVAL .*: a mount namespace is pinned only from an older one/)
          assert.is(existsSync('/run/ocits-ns/web.mnt'), pinned)
          if (!pinned) return
          const entered = ['nsenter', '--mount=/run/ocits-ns/web.mnt', '/probe', 'say', 'here']
          assert.is((await must(entered)).stdout, 'here\n')
          assert.equal((await told(quick)).find(({ ns }) => ns === inode(pid, 'mnt'))?.pins, [
            { path: '/run/ocits-ns/web.mnt' },
          ])
          succeeded(await ocits(['ns', 'unpin', 'web']))
        })
      await must(['umount', '/run/ocits-ns'])
      assert.ok(pinned)
    },
    60_000,
  )

  law('an error of ns has one line with the cure, and leaves nothing', async (ocits) => {
    refused(await ocits(['ns', 'grow']), 'ns grow: expected list, show, diff, pin, unpin')
    refused(await ocits(['ns', 'show']), '"ns show" takes ID|PID')
    refused(await ocits(['ns', 'show', 'web', '--tree']), '--tree goes with ns list')
    refused(await ocits(['ns', 'list', '--type', 'netz']), 'no type of namespaces: "netz": one of user, pid, mnt')
    refused(await ocits(['ns', 'show', 'none']), 'container does not exist: none')
    refused(await ocits(['ns', 'show', '4194304']), 'no container and no process 4194304')
    refused(await ocits(['ns', 'pin', '1', 'net', '..']), 'no name for a pin: ".."')
    refused(await ocits(['ns', 'pin', '1', 'net', '/run/none/x']), 'ENOENT', 'the folder, or the process, is not there')
    refused(await ocits(['ns', 'pin', '1', 'mnt', '/run/own']), 'EINVAL', 'your own mount namespace')
    assert.not(existsSync('/run/own'))
    writeFileSync('/run/file', 'x')
    refused(await ocits(['ns', 'unpin', '/run/file']), 'EINVAL', 'it is not a file that holds a namespace')
    assert.ok(existsSync('/run/file'))
    refused(await ocits(['ns', 'unpin', 'none']), 'no pin none', '/run/netns/none')
    await must(['rm', '/run/file'])
  })

  law('a user sees its own namespaces, and how many are hidden', async () => {
    const mine = userRuntime(binding)
    const { code, stdout, stderr } = await mine(['ns', 'list', '--json'])
    assert.is(code, 0, stderr)
    assert.match(
      stderr,
      /^ocits: warning: [0-9]+ processes are left out: to look at a process takes .*ptrace\(2\)\)\n$/,
    )
    const own: Told[] = JSON.parse(stdout)
    const { stdout: theirs } = await run(['lsns', '-n', '-r', '-o', 'NS,TYPE'], { uid })
    assert.equal(
      own
        .filter(({ processes }) => processes > 0)
        .map(({ ns, type }) => `${ns} ${type}`)
        .sort(),
      theirs.trim().split('\n').sort(),
    )
    refused(await mine(['ns', 'show', '1']), 'may not look at the namespaces of 1', 'CAP_SYS_PTRACE')
    refused(await mine(['ns', 'pin', '1', 'net', '/tmp/x']), 'EACCES', 'CAP_SYS_PTRACE')
    assert.not(existsSync('/tmp/x'))
  })
}

test.run()
