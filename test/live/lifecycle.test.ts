import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { aside, bindings } from '../harness/binding.ts'
import { lawsOf } from '../harness/laws.ts'
import { alive, reaches, says, soon, stateOf } from '../harness/life.ts'
import { config, make } from '../harness/make.ts'
import { refused, succeeded } from '../harness/outcome.ts'
import { run } from '../harness/run.ts'

const root = '/run/ocits-lifecycle'

for (const binding of bindings) {
  const law = lawsOf(binding, root)

  law('a container can be started once, and deleted after it has stopped', async (ocits) => {
    const bundle = await make(config(['trap']))
    const { out } = await ocits(['create', '--bundle', bundle, 'once'])
    refused(await ocits(['create', '--bundle', bundle, 'once']), 'container with given ID already exists')
    refused(await ocits(['run', '--bundle', bundle, 'once']), 'container with given ID already exists')
    succeeded(await ocits(['start', 'once']))
    await reaches(ocits, 'once', 'running')
    refused(await ocits(['start', 'once']), 'cannot start an already running container')
    refused(await ocits(['delete', 'once']), 'cannot delete container once that is not stopped: running')
    await says(out, 'ready')
    succeeded(await ocits(['kill', 'once']))
    await reaches(ocits, 'once', 'stopped')
    refused(await ocits(['start', 'once']), 'cannot start a container that has stopped')
    refused(await ocits(['kill', 'once', 'KILL']), 'container not running')
    succeeded(await ocits(['delete', 'once']))
    for (const verb of ['start', 'state', 'kill', 'delete'])
      refused(await ocits([verb, 'once']), 'container does not exist')
    succeeded(await ocits(['delete', '--force', 'once']))
  })

  law('a created container can be killed, or deleted at once', async (ocits) => {
    const bundle = await make(config(['id']))
    succeeded(await ocits(['create', '--bundle', bundle, 'waiting']))
    succeeded(await ocits(['kill', 'waiting', 'KILL']))
    await reaches(ocits, 'waiting', 'stopped')
    refused(await ocits(['start', 'waiting']), 'cannot start a container that has stopped')
    succeeded(await ocits(['delete', 'waiting']))
    succeeded(await ocits(['create', '--bundle', bundle, 'waiting']))
    succeeded(await ocits(['delete', 'waiting']))
  })

  for (const words of [['KILL'], ['--all', 'KILL'], ['--all', 'TERM']])
    law(`kill ${words.join(' ')} reaches an init that was moved out of its cgroup`, async (ocits) => {
      const { out } = await ocits(['run', '--detach', '--bundle', await make(config(['trap'])), 'moved'])
      await says(out, 'ready')
      const { pid } = await stateOf(ocits, 'moved')
      const { cgroups } = JSON.parse(readFileSync(`${root}/moved/state.json`, 'utf8'))
      const other = `${dirname(cgroups.at(-1))}/elsewhere`
      mkdirSync(other)
      writeFileSync(`${other}/cgroup.procs`, `${pid}`)
      const [flags, signal] = [words.slice(0, -1), words.at(-1) ?? '']
      succeeded(await ocits(['kill', ...flags, 'moved', signal]))
      await reaches(ocits, 'moved', 'stopped')
      assert.not.ok(alive(pid))
      assert.ok(await soon(() => readFileSync(`${other}/cgroup.procs`, 'utf8') === ''))
      rmdirSync(other)
      succeeded(await ocits(['delete', 'moved']))
    })

  law('state prints what the specification demands', async (ocits) => {
    const bundle = await make(config(['trap'], { annotations: { 'org.example.key': 'value' } }))
    succeeded(await ocits(['create', '--bundle', bundle, 'told']))
    const { pid, created, ...state } = await stateOf(ocits, 'told')
    assert.equal(state, {
      ociVersion: '1.3.0',
      id: 'told',
      status: 'created',
      bundle,
      rootfs: `${bundle}/rootfs`,
      annotations: { 'org.example.key': 'value' },
      owner: 'root',
    })
    assert.ok(alive(pid))
    assert.match(created, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$/)
    succeeded(await ocits(['kill', 'told', '9']))
    await reaches(ocits, 'told', 'stopped')
    assert.is((await stateOf(ocits, 'told')).pid, 0)
    succeeded(await ocits(['delete', 'told']))
  })

  law('list prints every container, as a table, as JSON, or only its id', async (ocits) => {
    assert.is(succeeded(await ocits(['list', '--quiet'])), '')
    assert.is(succeeded(await ocits(['list', '--format', 'json'])), 'null\n')
    const bundle = await make(config(['id']))
    for (const id of ['one', 'two']) succeeded(await ocits(['create', '--bundle', bundle, id]))
    assert.is(succeeded(await ocits(['list', '-q'])), 'one\ntwo\n')
    const states = JSON.parse(succeeded(await ocits(['list', '-f', 'json'])))
    assert.equal(states[0], await stateOf(ocits, 'one'))
    assert.is(states.length, 2)
    const [head, first] = succeeded(await ocits(['list'])).split('\n')
    assert.match(head ?? '', /^ID +PID +STATUS +BUNDLE +CREATED +OWNER *$/)
    assert.match(first ?? '', /^one +\d+ +created +\/\S+ +\S+ +root *$/)
    succeeded(await ocits(['delete', 'one', 'two']))
  })

  law('signals have names and numbers', async (ocits) => {
    const { out } = await ocits(['create', '--bundle', await make(config(['trap'])), 'signalled'])
    succeeded(await ocits(['start', 'signalled']))
    await says(out, 'ready')
    for (const [word, name] of [
      ['USR1', 'USR1'],
      ['SIGUSR2', 'USR2'],
      ['1', 'HUP'],
      ['winch', 'WINCH'],
    ] as const) {
      succeeded(await ocits(['kill', 'signalled', word]))
      await says(out, `got ${name}`)
    }
    succeeded(await ocits(['kill', 'signalled', '0']))
    for (const word of ['NOTHING', '0x1', '65', '-1', '', '1e0', ' 1'])
      refused(await ocits(['kill', '--', 'signalled', word]), 'signal')
    succeeded(await ocits(['kill', '--all', 'signalled', 'TERM']))
    await says(out, 'got TERM')
    await reaches(ocits, 'signalled', 'stopped')
    const got = readFileSync(out, 'utf8').match(/got \w+/g)
    assert.equal(got, ['got USR1', 'got USR2', 'got HUP', 'got WINCH', 'got TERM'], 'and no other')
    succeeded(await ocits(['delete', 'signalled']))
  })

  law('signal 0 checks whether the container runs', async (ocits) => {
    const quick = aside(ocits)
    refused(await quick(['kill', 'asked', '0']), 'container does not exist: asked')
    const { out } = await quick(['create', '--bundle', await make(config(['trap'])), 'asked'])
    succeeded(await ocits(['kill', 'asked', '0']))
    succeeded(await quick(['start', 'asked']))
    await says(out, 'ready')
    succeeded(await ocits(['kill', '--all', 'asked', '0']))
    succeeded(await quick(['kill', 'asked', 'KILL']))
    await reaches(ocits, 'asked', 'stopped')
    refused(await ocits(['kill', 'asked', '0']), 'container not running: asked')
    for (const signal of ['0', 'KILL']) succeeded(await quick(['kill', '--all', 'asked', signal]))
    succeeded(await quick(['delete', 'asked']))
  })

  law('kill --all of a stopped container ends those who are left in it', async (ocits) => {
    const quick = aside(ocits)
    const linux = { namespaces: [{ type: 'mount' as const }] }
    const { out } = await quick(['run', '-d', '--bundle', await make(config(['trap'], { linux })), 'left'])
    await says(out, 'ready')
    const file = '/run/ocits-left.pid'
    const one = await quick(['exec', '-d', '--pid-file', file, 'left', '/probe', 'trap'])
    await says(one.out, 'ready')
    const left = Number(readFileSync(file, 'utf8'))
    process.kill((await stateOf(quick, 'left')).pid, 'SIGKILL')
    await reaches(quick, 'left', 'stopped')
    refused(await quick(['kill', 'left', 'KILL']), 'container not running: left')
    assert.ok(alive(left))
    succeeded(await ocits(['kill', '--all', 'left', '9']))
    assert.ok(await soon(() => !alive(left)))
    rmSync(file)
    succeeded(await quick(['delete', 'left']))
  })

  law('after -- an id may look like a flag', async (ocits) => {
    const quick = aside(ocits)
    const bundle = await make(config(['id']))
    const ids = ['-x', '--', '--root']
    for (const id of ids) {
      succeeded(await quick(['create', '--bundle', bundle, '--', id]))
      assert.is((await stateOf(quick, id)).id, id)
    }
    refused(await ocits(['create', '--bundle', bundle, '--', '-x']), 'already exists: -x')
    assert.is(succeeded(await quick(['list', '-q'])), `${[...ids].sort().join('\n')}\n`)
    succeeded(await ocits(['start', '--', '-x']))
    succeeded(await quick(['kill', '--', '--root', 'KILL']))
    succeeded(await ocits(['delete', '-f', '--', ...ids]))
    succeeded(await ocits(['run', '--bundle', bundle, '--', '-x']))
    const program = `${bundle}/program`
    succeeded(await quick(['compile', '--output', program, bundle]))
    succeeded(await quick(['run', '--program', program, '--', '-x']))
    for (const id of ['.del-x-1', 'x'.repeat(256)])
      refused(await quick(['run', '--program', program, id]), 'invalid container ID format')
  })

  law('with --regex an id means all matching containers', async (ocits) => {
    const quick = aside(ocits)
    const bundle = await make(config(['sleep', '30000']))
    for (const id of ['one-a', 'one-b', 'two-a']) succeeded(await quick(['run', '-d', '--bundle', bundle, id]))
    succeeded(await ocits(['kill', '--regex', '^one-', 'KILL']))
    for (const id of ['one-a', 'one-b']) await reaches(ocits, id, 'stopped')
    assert.is((await stateOf(quick, 'two-a')).status, 'running')
    refused(await quick(['delete', '-r', 'a$']), 'cannot delete container two-a that is not stopped: running')
    assert.is(succeeded(await quick(['list', '-q'])), 'one-b\ntwo-a\n')
    refused(await ocits(['delete', '--regex', '(']), 'invalid regular expression "("')
    succeeded(await quick(['delete', '--regex', '^none$']))
    succeeded(await ocits(['delete', '--force', '--regex', '-']))
    assert.is(succeeded(await quick(['list', '-q'])), '')
  })

  law('delete --force ends a running container', async (ocits) => {
    const { out } = await ocits(['run', '-d', '--bundle', await make(config(['trap'])), 'forced'])
    await says(out, 'ready')
    const { pid } = await stateOf(ocits, 'forced')
    succeeded(await ocits(['delete', '--force', 'forced']))
    assert.not.ok(alive(pid))
  })

  law('a change of the config after create has no effect', async (ocits) => {
    const bundle = await make(config(['say', 'as created']))
    const { out } = await ocits(['create', '--bundle', bundle, 'kept'])
    writeFileSync(`${bundle}/config.json`, 'no more')
    succeeded(await ocits(['start', 'kept']))
    await says(out, 'as created')
    await reaches(ocits, 'kept', 'stopped')
    succeeded(await ocits(['delete', 'kept']))
  })

  law('the forms of the command line that engines use', async (ocits) => {
    const quick = aside(ocits)
    const bundle = await make(config(['id']))
    for (const [index, args] of [
      ['create', 'shape', bundle],
      ['create', '--bundle', bundle, 'shape'],
      ['create', `--bundle=${bundle}`, 'shape'],
      ['create', '-b', bundle, 'shape'],
      ['create', '-bundle', bundle, '-no-new-keyring', 'shape'],
      ['create', 'shape', '--bundle', bundle],
      ['--log-format=json', '--debug=false', 'create', '--bundle', bundle, '--no-pivot=false', 'shape'],
    ].entries()) {
      succeeded(await ocits(args))
      assert.is((await stateOf(quick, 'shape')).bundle, bundle, `shape ${index}`)
      succeeded(await quick(['delete', 'shape']))
    }
    succeeded(await ocits(['create', 'shape'], { cwd: bundle }))
    succeeded(await ocits(['delete', 'shape']))
  })

  law('the file of --pid-file contains only the pid', async (ocits) => {
    const bundle = await make(config(['id']))
    succeeded(await ocits(['create', '--bundle', bundle, '--pid-file', 'pid', 'filed'], { cwd: bundle }))
    assert.is(readFileSync(`${bundle}/pid`, 'utf8'), String((await stateOf(ocits, 'filed')).pid))
    assert.equal(readdirSync(bundle).sort(), ['config.json', 'pid', 'rootfs'])
    succeeded(await ocits(['delete', 'filed']))
    const failed = await ocits(['create', '--bundle', bundle, '--pid-file', '/no/such/folder/pid', 'filed'])
    refused(failed, '/no/such/folder/pid', 'no such file or directory')
  })

  law(
    '--pid-file stays after a run, and is removed after a failed one unless another file has replaced it',
    async (ocits) => {
      const file = '/run/ocits-pid-file'
      const told = async (args: readonly string[], hooks = {}) => {
        const bundle = await make(config(args, { hooks }))
        return ocits(['run', '--bundle', bundle, '--pid-file', file, 'filed'])
      }
      assert.is((await told(['exit', '3'])).code, 3)
      assert.match(readFileSync(file, 'utf8'), /^\d+$/)
      const poststart = (script: string) => ({ poststart: [{ path: '/bin/sh', args: ['sh', '-c', script] }] })
      refused(await told(['sleep', '30000'], poststart('exit 4')), '#/hooks/poststart/0')
      assert.not(existsSync(file))
      refused(
        await told(['sleep', '30000'], poststart(`echo other >${file}.new && mv ${file}.new ${file}; exit 4`)),
        'exit status 4',
      )
      assert.is(readFileSync(file, 'utf8'), 'other\n')
      rmSync(file)
    },
  )

  law('--preserve-fds passes on these descriptors, and no others', async (ocits) => {
    const bundle = await make(config(['fds']))
    const fds = [openSync('/dev/null', 'r'), openSync('/dev/null', 'r'), openSync('/dev/null', 'r')]
    const run = (count: string) => ocits(['run', '--bundle', bundle, '--preserve-fds', count, 'given'], { fds })
    assert.is(succeeded(await run('0')), 'fds 0 1 2\n')
    assert.is(succeeded(await run('2')), 'fds 0 1 2 3 4\n')
    refused(await run('4'), 'not open', '--preserve-fds')
    for (const count of ['-1', 'x', '1.5', '1e1', ''])
      refused(await ocits(['run', '--bundle', bundle, `--preserve-fds=${count}`, 'given'], { fds }), 'preserve-fds')
  })

  law('--no-pivot covers every procfs, also one with blanks and backslashes in its path', async (ocits) => {
    const place = `/run/ocits a\\b\tc`
    mkdirSync(place)
    succeeded(await run(['mount', '-t', 'proc', 'proc', place]))
    const bundle = await make(config(['id']))
    succeeded(await ocits(['run', '--no-pivot', '--bundle', bundle, 'blank']))
    succeeded(await run(['umount', place]))
    rmdirSync(place)
  })

  law('--no-pivot enters the root in another way', async (ocits) => {
    const bundle = await make(config(['mounts', 'ls', '/', 'cwd']))
    const pivoted = succeeded(await ocits(['run', '--bundle', bundle, 'moved']))
    assert.is(succeeded(await ocits(['run', '--no-pivot', '--bundle', bundle, 'moved'])), pivoted)
  })

  law('a program of compile serves any id', async (ocits) => {
    const bundle = await make(config(['keyring', 'say', 'compiled']))
    succeeded(await ocits(['compile', bundle, '-o', `${bundle}/program`]))
    for (const id of ['first', 'second'])
      assert.is(
        succeeded(await ocits(['run', '--program', `${bundle}/program`, id])),
        `session keyring ${id}\ncompiled\n`.replace('keyring ', 'keyring _ses.'),
      )
  })

  law('of fifty creates of one id exactly one succeeds', async (ocits) => {
    const bundle = await make(config(['id']))
    const count = binding.name === 'node' ? 8 : 50
    const all = await Promise.all(
      Array.from({ length: count }, () => ocits(['create', '--bundle', bundle, 'raced'], { limit: 25_000 })),
    )
    const won = all.filter(({ code }) => code === 0)
    for (const result of all) if (result.code !== 0) refused(result, 'container with given ID already exists')
    assert.is(won.length, 1)
    assert.is((await stateOf(ocits, 'raced')).status, 'created')
    succeeded(await ocits(['delete', 'raced']))
  })

  law('during create the status is creating, and only force removes it', async (ocits) => {
    const bundle = await make(
      config(['id'], { hooks: { createRuntime: [{ path: '/bin/sleep', args: ['sleep', '3600'] }] } }),
    )
    const creation = ocits(['create', '--bundle', bundle, 'slow'])
    assert.ok(await soon(() => existsSync(`${root}/slow/intent`)))
    assert.is((await stateOf(ocits, 'slow')).status, 'creating')
    refused(await ocits(['start', 'slow']), 'container is being created')
    refused(await ocits(['delete', 'slow']), 'cannot delete container slow that is not stopped: creating')
    succeeded(await ocits(['delete', '--force', 'slow']))
    assert.is.not((await creation).code, 0)
  })

  law('a damaged state is an error, and force deletes it', async (ocits) => {
    const quick = aside(ocits)
    const bundle = await make(config(['id']))
    for (const damage of ['', '{', '[]', '{}', '{"version":99}', '\0'.repeat(100)]) {
      for (const id of ['damaged', 'whole']) succeeded(await quick(['create', '--bundle', bundle, id]))
      writeFileSync(`${root}/damaged/state.json`, damage)
      refused(await ocits(['state', 'damaged']), 'state.json')
      refused(await ocits(['start', 'damaged']), 'state.json')
      const listed = await ocits(['list', '-q'])
      assert.is(listed.code, 0)
      assert.ok(listed.stdout.includes('whole\n'))
      succeeded(await quick(['delete', 'whole']))
      assert.is((await ocits(['delete', '--force', 'damaged'])).code, 0)
    }
  })

  law('delete --force warns of a leftover that it cannot remove, and deletes the container', async (ocits) => {
    const stuck = `${root}/.del-stuck-1`
    mkdirSync(`${stuck}/below`, { recursive: true, mode: 0o700 })
    assert.is((await run(['mount', '-t', 'tmpfs', 'tmpfs', `${stuck}/below`])).code, 0)
    succeeded(await aside(ocits)(['create', '--bundle', await make(config(['id'])), 'other']))
    const { code, stderr } = await ocits(['delete', '--force', 'other'])
    const left = readdirSync(root)
    assert.is((await run(['umount', ...left.map((name) => `${root}/${name}/below`)])).code, 0)
    assert.is(code, 0, stderr)
    assert.match(stderr, /^ocits: warning: .*\.del-stuck-1 stays: remove_state .*EBUSY.*\n$/)
    assert.is(left.length, 1, `${left}`)
    succeeded(await ocits(['delete', '--force', 'other']))
  })

  law('a link in place of a record is not trusted, and force deletes it', async (ocits) => {
    const bundle = await make(config(['trap']))
    const aimed = {
      'the record itself, moved': (pointer: string) => renameSync(pointer, '/run/ocits-moved'),
      'the record of another container': () => copyFileSync(`${root}/other/state.json`, '/run/ocits-moved'),
      nothing: (pointer: string) => rmSync(pointer),
      'a fifo': () => spawnSync('mkfifo', ['/run/ocits-moved']),
    }
    succeeded(await ocits(['create', '--bundle', bundle, 'other']))
    for (const [name, moved] of Object.entries(aimed)) {
      succeeded(await ocits(['create', '--bundle', bundle, 'linked']))
      const { pid } = await stateOf(ocits, 'linked')
      const record = `${root}/linked/state.json`
      moved(record)
      rmSync(record, { force: true })
      symlinkSync('/run/ocits-moved', record)
      refused(await ocits(['state', 'linked']), 'state.json')
      refused(await ocits(['kill', 'linked', 'KILL']), 'container not running')
      const { code, stderr } = await ocits(['delete', '--force', 'linked'])
      assert.is(code, 0, `${name}: ${stderr}`)
      assert.not.ok(existsSync(`${root}/linked`), name)
      assert.is((await stateOf(ocits, 'other')).status, 'created', name)
      rmSync('/run/ocits-moved', { force: true })
      if (alive(pid)) process.kill(pid, 'SIGKILL')
    }
    succeeded(await ocits(['delete', '--force', 'other']))
  })

  law('a foreign folder in the state root does no harm', async (ocits) => {
    mkdirSync(`${root}/empty`, { recursive: true })
    succeeded(await ocits(['create', '--bundle', await make(config(['id'])), 'beside']))
    assert.ok(succeeded(await ocits(['list', '-q'])).includes('beside\n'))
    // A decoder in Go refuses a list as a whole if one time in it has another form.
    for (const { created } of JSON.parse(succeeded(await ocits(['list', '--format', 'json']))))
      assert.match(created, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)
    succeeded(await ocits(['delete', '--force', 'beside']))
    succeeded(await ocits(['delete', '--force', 'empty']))
  })
}

test.run()
