import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { aside, bindings } from '../harness/binding.ts'
import { read } from '../harness/bundle.ts'
import { hierarchies } from '../harness/cgroups.ts'
import { lawsOf } from '../harness/laws.ts'
import { alive, reaches, says, soon, stateOf } from '../harness/life.ts'
import { config, make } from '../harness/make.ts'
import { refused, succeeded } from '../harness/outcome.ts'

// `ps` prints all processes of a container and no others, in runc's words and formats.

const root = '/run/ocits-ps'

for (const binding of bindings) {
  const law = lawsOf(binding, root)

  law('ps lists the processes of a container, as JSON and as ps(1) prints them', async (ocits) => {
    const quick = aside(ocits)
    const { out } = await quick(['create', '--bundle', await make(config(['trap'])), 'listed'])
    const { pid } = await stateOf(quick, 'listed')
    assert.is(succeeded(await ocits(['ps', '-f', 'json', 'listed'])), `[${pid}]\n`)
    succeeded(await quick(['start', 'listed']))
    await says(out, 'ready')
    // One more process, in a cgroup below (not of a cpuset, which has no CPUs when it is new), as in a container that manages its own
    // cgroups.
    const below = hierarchies.filter((top) => !top.includes('cpuset')).map((top) => `${top}/listed/a/b`)
    for (const folder of below) mkdirSync(folder, { recursive: true })
    const other = spawnSync('sh', ['-c', 'sleep 1000 >/dev/null 2>&1 & echo $!'], { encoding: 'utf8' }).stdout.trim()
    for (const folder of below) writeFileSync(`${folder}/cgroup.procs`, other)
    const both = [pid, Number(other)].sort((a, b) => a - b)
    assert.equal(JSON.parse(succeeded(await ocits(['ps', '--format', 'json', 'listed']))), both)
    const table = succeeded(await ocits(['ps', 'listed'])).split('\n')
    assert.match(table[0] ?? '', /^UID +PID +PPID .*CMD$/)
    assert.equal(
      table.slice(1, -1).map((line) => Number(line.split(/ +/)[1])),
      both,
    )
    for (const options of [
      ['-e', '-o', 'pid,args'],
      ['--', '-eo', 'pid,args'],
    ]) {
      const [heading, ...lines] = succeeded(await ocits(['ps', 'listed', ...options])).split('\n')
      assert.match(heading ?? '', /^ +PID COMMAND$/)
      assert.ok(lines.some((line) => line.trim() === `${pid} /probe trap`))
      assert.is(lines.length, 3)
    }
    succeeded(await quick(['kill', '--all', 'listed', 'KILL']))
    await reaches(ocits, 'listed', 'stopped')
    assert.ok(await soon(async () => succeeded(await quick(['ps', '-f', 'json', 'listed'])) === 'null\n'))
    assert.match(succeeded(await ocits(['ps', 'listed'])), /^UID +PID .*\n$/)
    succeeded(await quick(['delete', 'listed']))
  })

  law('a signal ends ps, and a ps(1) that does not end by itself', async (ocits) => {
    const quick = aside(ocits)
    succeeded(await quick(['create', '--bundle', await make(config(['id'])), 'asked']))
    const folder = '/run/ocits-ps.bin'
    mkdirSync(folder)
    // Node handles signals itself: the default action ends it, but not its child.
    for (const output of binding.name === 'node' ? [] : ['', '>/dev/null 2>&1']) {
      writeFileSync(`${folder}/ps`, `#!/bin/sh\necho $$ >${folder}/pid\nexec sleep 3600 ${output}\n`, { mode: 0o755 })
      const running = ocits(['ps', 'asked'], { env: { PATH: `${folder}:${process.env.PATH}` }, limit: 5_000 })
      const pid = () => Number(existsSync(`${folder}/pid`) && readFileSync(`${folder}/pid`, 'utf8'))
      assert.ok(await soon(() => pid() > 0 && read(`/proc/${pid()}/comm`) === 'sleep\n'))
      process.kill(running.pid, 'SIGINT')
      refused(await running, 'ps: operation canceled')
      assert.not.ok(alive(pid()))
      rmSync(`${folder}/pid`)
    }
    rmSync(folder, { recursive: true })
    succeeded(await quick(['delete', 'asked']))
  })

  law('ps of a container that it cannot list is an error', async (ocits) => {
    const quick = aside(ocits)
    refused(await ocits(['ps', 'none']), 'container does not exist: none')
    const bundle = await make(config(['id']))
    succeeded(await quick(['create', '--bundle', bundle, 'asked']))
    refused(await ocits(['ps', '--format', 'xml', 'asked']), 'invalid format option "xml"')
    refused(await quick(['ps', 'asked', '-o', 'args']), "couldn't find PID field in ps output")
    refused(await quick(['ps', 'asked', '--nonsense']), 'ps: exit status 1: error: unknown gnu long option')
    refused(await quick(['ps', 'asked'], { env: { PATH: '/nowhere' } }), 'executable file not found in $PATH')
    succeeded(await quick(['delete', 'asked']))
    succeeded(await quick(['--cgroup-manager', 'disabled', 'create', '--bundle', bundle, 'asked']))
    refused(
      await ocits(['ps', '-f', 'json', 'asked']),
      'cannot list the processes of container asked: it has no cgroup',
    )
    succeeded(await quick(['delete', 'asked']))
  })
}

test.run()
