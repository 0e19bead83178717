import { spawn } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { basename } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { split } from '../../src/program/compile.ts'
import { headerSize } from '../../src/program/format.ts'
import { stepTable } from '../../src/step/table.ts'
import { bindings } from '../harness/binding.ts'
import { lawsOf } from '../harness/laws.ts'
import { soon } from '../harness/life.ts'
import { type Changes, config, make } from '../harness/make.ts'
import { refused, succeeded } from '../harness/outcome.ts'
import { must, run } from '../harness/run.ts'

// A compiled program is code. A user who can write to it can act with the rights of its caller.

const root = '/run/ocits-program'
const stranger = 4711

for (const binding of bindings) {
  const law = lawsOf(binding, root)
  const { command } = binding

  /** A program in its own folder. */
  async function compiled(changes: Changes = {}, args: readonly string[] = ['say', 'compiled']) {
    const bundle = await make(config(args, changes))
    const folder = `${bundle}/programs`
    mkdirSync(folder)
    const file = `${folder}/program`
    await must([...command, 'compile', bundle, '-o', file])
    return { file, folder }
  }

  /** Changes of the file or its folder, and the messages of the refusal. */
  const unsafe: Readonly<Record<string, readonly [change: (file: string, folder: string) => void, words: string]>> = {
    'that its group may write to': [(file) => chmodSync(file, 0o664), 'others may write to it'],
    'that all may write to': [(file) => chmodSync(file, 0o646), 'others may write to it'],
    'of a stranger': [(file) => chownSync(file, stranger, 0), 'it belongs to another user than root and you'],
    'in a folder that its group may write to': [
      (_, folder) => chmodSync(folder, 0o775),
      'others may write to its folder',
    ],
    'in a folder that all may write to': [(_, folder) => chmodSync(folder, 0o757), 'others may write to its folder'],
    'in the folder of a stranger': [(_, folder) => chownSync(folder, stranger, 0), 'its folder, '],
    'in the sticky folder of a stranger': [
      (_, folder) => {
        chownSync(folder, stranger, 0)
        chmodSync(folder, 0o1777)
      },
      'its folder, ',
    ],
    'that is a symbolic link': [
      (file) => {
        renameSync(file, `${file}.own`)
        symlinkSync(`${file}.own`, file)
      },
      'it is a symbolic link',
    ],
    'with more than the most': [(file) => truncateSync(file, (64 << 20) + 1), 'it has more than 67108864 bytes'],
  }
  for (const [what, [change, words]] of Object.entries(unsafe))
    law(`a program ${what} is refused`, async (ocits) => {
      const { file, folder } = await compiled()
      assert.is(succeeded(await ocits(['run', '--program', file, 'safe'])), 'compiled\n')
      change(file, folder)
      refused(await ocits(['run', '--program', file, 'unsafe']), `${file}: ${words}`)
    })

  law('a folder and a fifo are refused, without blocking', async (ocits) => {
    const { folder } = await compiled()
    refused(await ocits(['run', '--program', folder, 'x']), `${folder}: `, 'is a directory')
    await must(['mkfifo', `${folder}/fifo`])
    refused(await ocits(['run', '--program', `${folder}/fifo`, 'x']), 'it is not a regular file')
  })

  law('a sticky folder that everybody can write to is accepted, and so is a name without a folder', async (ocits) => {
    const { file, folder } = await compiled()
    chmodSync(folder, 0o1777)
    assert.is(succeeded(await ocits(['run', '--program', file, 'safe'])), 'compiled\n')
    for (const flag of ['--console-socket=/tmp/x', '--pid-file=/tmp/x', '--detach', '--keep', '--no-pivot'])
      refused(await ocits(['run', '--program', file, flag, 'safe']), `give no ${flag.split('=')[0]} with --program`)
    assert.is(succeeded(await ocits(['run', '--program', 'program', 'safe'], { cwd: folder })), 'compiled\n')
    chmodSync(folder, 0o777)
    refused(await ocits(['run', '--program', 'program', 'unsafe'], { cwd: folder }), 'others may write to its folder')
  })

  /** Changes of the bytes, and the messages of the refusal. */
  const changed: Readonly<Record<string, readonly [change: (bytes: Buffer) => Buffer, words: string]>> = {
    'of another version': [(bytes) => patched(bytes, 20), 'was compiled by another version of ocits than this one'],
    'without its last byte': [(bytes) => bytes.subarray(0, -1), 'does not have the length that it says'],
    'with a byte too many': [
      (bytes) => Buffer.concat([bytes, Buffer.alloc(1)]),
      'does not have the length that it says',
    ],
    'that is empty': [() => Buffer.alloc(0), 'is not a program'],
    // its last step is exec, and the one before it `clean`, with three booleans
    'with a bad argument in its last step but one': [
      (bytes) => patched(bytes, startOf(bytes, 'clean') + 8 + 2 * 4),
      'clean: doomed is not what it takes: `ocits compile` makes it again',
    ],
    'with a step that is none': [(bytes) => patched(bytes, startOf(bytes, 'clean') + 2), 'is unknown'],
  }
  for (const [what, [change, words]] of Object.entries(changed))
    law(`a program ${what} is refused before its first step`, async (ocits) => {
      const { file } = await compiled()
      writeFileSync(file, change(readFileSync(file)))
      refused(await ocits(['run', '--program', file, 'bad']), file, words)
      assert.not.ok(existsSync(`${root}/bad`))
    })

  law('what failed leniently is told', async (ocits) => {
    const { file } = await compiled({ hooks: { poststop: [{ path: '/bin/false' }] } })
    const { code, stdout, stderr } = await ocits(['run', '--program', file, 'warned'])
    assert.is(code, 0, stderr)
    assert.is(stdout, 'compiled\n')
    assert.match(
      stderr,
      /^ocits: warning: config.json#\/hooks\/poststop\/0: error running poststop hook #0: exit status 1.*\n$/,
      stderr,
    )
  })

  law('the state root is that of the other commands, however it is written', async () => {
    const { file, folder } = await compiled()
    const at = (path: string) => run([...command, '--root', path, 'run', '--program', file, 'rooted'])
    for (const path of ['/', '//', '/run/..', '']) refused(await at(path), 'the state root must not be empty or /')
    for (const path of [`${root}/`, `${root}//below/..`, `/run/./${basename(root)}`, root])
      assert.is(succeeded(await at(path)), 'compiled\n', path)
    symlinkSync(root, `${folder}/link`)
    refused(await at(`${folder}/link/`), 'the state folder, lock it: ENOTDIR')
  })

  law('the sockets of the caller’s service manager are passed on', async (ocits) => {
    const { file } = await compiled({}, ['fds'])
    const script = 'export LISTEN_FDS=1 LISTEN_PID=$$; exec "$@" 3</dev/null'
    const told = await run(['sh', '-c', script, 'sh', ...ocits.command, 'run', '--program', file, 'listening'])
    assert.is(succeeded(told), 'fds 0 1 2 3\n')
  })

  law('in a user namespace that maps all ids to themselves the state is the user’s', async () => {
    const found = '/run/ocits-program.found'
    const home = '/run/ocits-program.home'
    const script = `echo /run/ocits/* ${home}/ocits/* >${found}`
    const hooks = { poststop: [{ path: '/bin/sh', args: ['sh', '-c', script] }] }
    const bundle = await make(config(['say', 'compiled'], { hooks }))
    mkdirSync(home, { mode: 0o700 })
    const env = { PATH: process.env.PATH ?? '', USER: 'somebody', XDG_RUNTIME_DIR: home }
    const both =
      '"$@" --cgroup-manager disabled compile "$0" -o "$0/program" && exec "$@" run --program "$0/program" mine'
    assert.is(await inOwnNamespace(['sh', '-c', both, bundle, ...command], env), 0)
    assert.is(readFileSync(found, 'utf8'), `/run/ocits/* ${home}/ocits/mine\n`)
    rmSync(found)
    rmSync(home, { recursive: true })
  })

  law('invalid labels cost only the texts of messages', async (ocits) => {
    const { file } = await compiled()
    const { program } = partsOf(readFileSync(file))
    writeFileSync(file, Buffer.concat([program, Buffer.from([2, 0, 0, 0]), Buffer.from('[[')]))
    assert.is(succeeded(await ocits(['run', '--program', file, 'fine'])), 'compiled\n')
    writeFileSync(file, withFault(file))
    refused(await ocits(['run', '--program', file, 'failed']), 'EIO')
  })
}

/** The exit code of a command in a user namespace with all ids as they are outside. */
async function inOwnNamespace(command: readonly string[], env: Readonly<Record<string, string>>): Promise<number> {
  const words = ['--user', 'sh', '-c', 'read go; exec "$@"', 'sh', ...command]
  const child = spawn('unshare', words, { env, stdio: ['pipe', 'ignore', 'inherit'] })
  const ended = new Promise<number>((resolve) => void child.on('exit', (code) => resolve(code ?? -1)))
  const own = readlinkSync('/proc/self/ns/user')
  assert.ok(await soon(() => readlinkSync(`/proc/${child.pid}/ns/user`) !== own))
  for (const map of ['uid_map', 'gid_map']) writeFileSync(`/proc/${child.pid}/${map}`, `0 0 4294967295\n`)
  child.stdin.end('\n')
  return ended
}

function partsOf(bytes: Buffer) {
  const parts = split(bytes)
  if (typeof parts === 'string') throw new Error(parts)
  return parts
}

function patched(bytes: Buffer, at: number): Buffer {
  const other = Buffer.from(bytes)
  other.writeUInt8(other.readUInt8(at) ^ 2, at)
  return other
}

/** The offset of a step with this op in a program. */
function startOf(bytes: Buffer, op: keyof typeof stepTable): number {
  const number = Object.keys(stepTable).indexOf(op)
  let at = headerSize
  while (bytes.readUInt16LE(at) !== number) at += 8 + bytes.readUInt32LE(at + 4)
  return at
}

/** Its fourth step fails. */
function withFault(file: string): Buffer {
  const bytes = readFileSync(file)
  bytes.writeUInt32LE(3, 16)
  return bytes
}

test.run()
