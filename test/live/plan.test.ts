import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Difference, diff } from '../../src/index.ts'
import type { Spec } from '../../src/spec/spec.ts'
import { aside, bindings, type Runtime } from '../harness/binding.ts'
import { lawsOf } from '../harness/laws.ts'
import { type Changes, config, make } from '../harness/make.ts'
import { parsed, textIn, withId } from '../harness/markup.ts'
import { succeeded } from '../harness/outcome.ts'
import { onTerminal } from '../harness/pty.ts'
import { must } from '../harness/run.ts'

// The commands that explain and compare plans, on this machine: `plan` with its flags, and `diff`.

const root = '/run/ocits-plan'
const changed = (changes: Changes = {}) => make(config(['sleep', '3600'], changes))
const linesOf = (text: string) => text.split('\n').filter((line) => line !== '')

/** A bundle that is created, with the id `web`. */
async function created(ocits: Runtime, bundle: string, body: () => Promise<void>, ...flags: string[]): Promise<void> {
  const quick = aside(ocits)
  succeeded(await quick(['create', ...flags, '--bundle', bundle, 'web']))
  try {
    await body()
  } finally {
    succeeded(await quick(['delete', '--force', 'web']))
  }
}

for (const binding of bindings) {
  const law = lawsOf(binding, root)

  law('diff: 0 and no output for the same effect, 1 with the differences, 2 for an error', async (ocits) => {
    const [one, same, other] = [
      await changed(),
      await changed({ annotations: {} }),
      await changed({ process: { cwd: '/tmp' } }),
    ]
    const equal = await ocits(['diff', one, same])
    assert.equal([equal.code, equal.stdout, equal.stderr], [0, '', ''])
    const unequal = await ocits(['diff', one, other])
    assert.equal([unequal.code, unequal.stderr], [1, ''])
    const lines = linesOf(unequal.stdout)
    assert.equal(lines.slice(0, 2), [`--- ${one}`, `+++ ${other}`])
    for (const [mark, path] of [
      ['-', '/'],
      ['+', '/tmp'],
    ] as const)
      assert.ok(
        lines.some((line) => line.startsWith(mark) && /chdir +\/process\/cwd/.test(line) && line.endsWith(` ${path}`)),
        unequal.stdout,
      )
    for (const words of [['/nowhere', one], [one, 'nobody'], [one], [one, other, one], ['--none', one, other]]) {
      const { code, stdout, stderr } = await ocits(['diff', ...words])
      assert.equal([code, stdout, linesOf(stderr).length], [2, '', 1], words.join(' '))
    }
  })

  law('diff: the faults of a config name their side', async (ocits) => {
    const [one, bad] = [await changed(), await make('{"ociVersion": 1}')]
    const { code, stderr } = await ocits(['diff', one, bad])
    assert.is(code, 2)
    assert.ok(stderr.startsWith(`ocits: config.json#/ociVersion of ${bad}: `), stderr)
  })

  law('diff: for a container the recorded config counts, not the current one of its bundle', async (ocits) => {
    const bundle = await changed()
    const copy = await changed()
    await created(ocits, bundle, async () => {
      const spec: Spec = JSON.parse(readFileSync(`${bundle}/config.json`, 'utf8'))
      writeFileSync(`${bundle}/config.json`, JSON.stringify({ ...spec, process: { ...spec.process, cwd: '/tmp' } }))
      assert.is((await ocits(['diff', 'web', copy])).code, 0)
      const { code, stdout } = await ocits(['diff', '--json', bundle, 'web'])
      assert.is(code, 1)
      const found = JSON.parse(stdout)
      assert.ok(found.length > 0)
      const pointers = found.flatMap(({ a, b }: Difference) =>
        [a, b].flatMap((each) => (each === undefined ? [] : [each.pointer])),
      )
      assert.equal([...new Set(pointers)], ['/process/cwd'])
      // The library returns the same.
      assert.equal(await diff(bundle, 'web', { root }), found)
      rmSync(bundle, { recursive: true })
      assert.is((await ocits(['diff', 'web', copy])).code, 0)
      cpSync(copy, bundle, { recursive: true })
    })
  })

  law('diff: the keyring option of create counts', async (ocits) => {
    const bundle = await changed()
    await created(
      ocits,
      bundle,
      async () => {
        const { code, stdout } = await ocits(['diff', bundle, 'web'])
        assert.is(code, 1)
        const own = linesOf(stdout).filter((line) => /^[-+] ?\d/.test(line))
        assert.equal(
          own.map((line) => /^-.*keyring/.test(line)),
          [true],
          stdout,
        )
      },
      '--no-new-keyring',
    )
  })

  law('plan --against is the same from the other side', async (ocits) => {
    const [one, other] = [await changed(), await changed({ process: { cwd: '/tmp' } })]
    const [plan, turned] = [await ocits(['plan', one, '--against', other]), await ocits(['diff', other, one])]
    assert.equal([plan.code, plan.stdout], [1, turned.stdout])
    assert.is((await ocits(['plan', one, '--against', one])).code, 0)
    assert.is((await ocits(['plan', one, '--against', '/nowhere'])).code, 2)
    assert.is((await ocits(['plan', one, '--against', one, '--explain'])).code, 2)
  })

  law('plan folds similar steps, --all prints each of them', async (ocits) => {
    const maskedPaths = ['/proc/acpi', '/proc/kcore', '/proc/keys', '/proc/scsi']
    const bundle = await changed({ linux: { namespaces: config([]).linux?.namespaces ?? [], maskedPaths } })
    const [folded, all] = [succeeded(await ocits(['plan', bundle])), succeeded(await ocits(['plan', '--all', bundle]))]
    assert.match(folded, /^ *\d+-\d+ +init +mask +\/linux\/maskedPaths\/0-3 +4 times: \/proc\/acpi … \/proc\/scsi$/m)
    for (const path of maskedPaths) assert.match(all, new RegExp(`^ *\\d+ +init +mask .* ${path}$`, 'm'))
    assert.is(JSON.parse(succeeded(await ocits(['plan', '--json', bundle]))).length, linesOf(all).length - 1)
  })

  law('plan --explain has the reason of each stage, and the calls of each step', async (ocits) => {
    const bundle = await changed({
      hostname: 'x',
      linux: { namespaces: [{ type: 'pid' }, { type: 'mount' }, { type: 'uts' }] },
    })
    const text = succeeded(await ocits(['plan', '--explain', bundle]))
    for (const words of [
      'unshare(CLONE_NEWUTS|CLONE_NEWNS)',
      'pivot_root(2)',
      'The new root',
      'execve(2)',
      '/hostname',
    ])
      assert.ok(text.includes(words), words)
    for (const line of linesOf(text))
      if (!/^ *\d/.test(line) && !line.startsWith('   ')) assert.ok(line.length <= 80, line)
    const found = JSON.parse(succeeded(await ocits(['plan', '--explain', '--json', bundle])))
    const steps = JSON.parse(succeeded(await ocits(['plan', '--json', bundle])))
    const flat = found.flatMap(({ steps }: { steps: object[] }) => steps)
    assert.equal(
      flat.map(({ call, page, ...step }: Record<string, unknown>) => step),
      steps,
    )
    assert.ok(flat.every(({ call, page }: Record<string, unknown>) => call !== '' && page !== ''))
  })

  law('plan --html: a page in a new file or on stdout, and always a complete one', async (ocits) => {
    const bundle = await changed({ process: { args: ['/probe', '<b>&"'] } })
    const folder = `/tmp/ocits-page.${binding.name}`
    mkdirSync(folder)
    const page = succeeded(await ocits(['plan', '--html', '-', bundle]))
    assert.ok(textIn(withId(parsed(page), 'plan')).includes('<b>&"'))
    const file = `${folder}/page.html`
    const { code, stdout, stderr } = await ocits(['plan', `--html=${file}`, '--bundle', bundle])
    assert.equal([code, stdout, stderr], [0, '', ''])
    assert.is(readFileSync(file, 'utf8'), page)
    // The plan of run, each step on its own line.
    const run = parsed(succeeded(await ocits(['plan', '--html', '-', '--run', '--all', bundle])))
    const steps = JSON.parse(succeeded(await ocits(['plan', '--json', '--run', bundle])))
    assert.ok(textIn(withId(run, `step-${steps.length - 1}`)).includes('unwind'))
    const small = `${folder}/small`
    mkdirSync(small)
    await must(['mount', '-t', 'tmpfs', '-o', 'size=8k', 'tmpfs', small])
    try {
      for (const [path, words] of [
        [file, 'File page.html exists. Remove it first'],
        [`${folder}/none/page.html`, `${folder}/none/page.html: no such file or directory`],
        [`${file}/page.html`, `${file}/page.html: not a directory`],
        [`${small}/page.html`, `${small}/page.html: no space left on device`],
        ['', 'say with --html where to write the page; - is stdout'],
      ] as const) {
        const { code, stdout, stderr } = await ocits(['plan', '--html', path, bundle])
        assert.equal([code, stdout, stderr], [1, '', `ocits: ${words}\n`])
      }
      assert.equal([readdirSync(folder), readdirSync(small)], [['page.html', 'small'], []])
      assert.is(readFileSync(file, 'utf8'), page)
    } finally {
      await must(['umount', small])
    }
    for (const [status, ...words] of [
      [1, '--json'],
      [1, '--exec', 'FILE'],
      [2, '--against', bundle],
    ] as const) {
      const { code, stderr } = await ocits(['plan', '--html', '-', ...words, bundle])
      assert.equal([code, linesOf(stderr).length], [status, 1], stderr)
    }
    rmSync(folder, { recursive: true })
  })

  law('a terminal has colours in the plan, in differences and in errors, but not with NO_COLOR', async (ocits) => {
    const [one, other] = [await changed(), await changed({ process: { cwd: '/tmp' } })]
    for (const [words, colour] of [
      [['plan', one], '\x1b[36m/root/path'],
      [['diff', one, other], '\x1b[32m+'],
      [['state', 'nobody'], '\x1b[31mocits:\x1b[0m'],
      [['plan', '--explain', one], '\x1b[33mclone3('],
    ] as const) {
      const shown = onTerminal(['env', '-u', 'NO_COLOR', 'TERM=xterm', ...ocits.command, ...words])
      await shown.ended()
      assert.ok(shown.text().includes(colour), JSON.stringify(shown.text()))
      const plain = onTerminal(['env', 'NO_COLOR=1', 'TERM=xterm', ...ocits.command, ...words])
      await plain.ended()
      assert.not(plain.text().includes('\x1b'), plain.text())
      const { stdout, stderr } = await ocits(words)
      assert.not(`${stdout}${stderr}`.includes('\x1b'))
    }
  })
}

test.run()
