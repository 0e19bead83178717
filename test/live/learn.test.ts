import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { bundle } from '../harness/bundle.ts'
import { live } from '../harness/live.ts'
import { run } from '../harness/run.ts'

// The chapters of docs/learn: a shell for each chapter executes every command, and the output must be that in the chapter. `…` stands for
// text that differs from machine to machine.

const top = new URL('../..', import.meta.url).pathname.replace(/\/$/, '')
const chapters = readdirSync(`${top}/docs/learn`).filter((name) => /^\d.*\.md$/.test(name))

type Shown = { readonly command: string; readonly output: string }

/** The commands in the blocks of a chapter. A line that begins with `> ` continues the command before it. */
function shownIn(text: string): Shown[] {
  const found: { command: string; output: string }[] = []
  for (const [, block = ''] of text.matchAll(/^```console\n(.*?)^```$/gms))
    for (const line of block.split('\n').slice(0, -1)) {
      const last = found.at(-1)
      if (line.startsWith('$ ')) found.push({ command: line.slice(2), output: '' })
      else if (last === undefined) throw new Error(`a block begins with no command: ${line}`)
      else if ((line === '>' || line.startsWith('> ')) && last.output === '') last.command += `\n${line.slice(2)}`
      else last.output += `${line}\n`
    }
  return found
}

/** `npm run demo` prepares the bundles; here each bundle has a folder in /tmp. */
async function withBundles(text: string): Promise<string> {
  let found = text
  for (const [, name = ''] of text.matchAll(/\bbundles\/([a-z-]+)/g))
    found = found.replaceAll(new RegExp(`\\bbundles/${name}\\b`, 'g'), (await bundle(name)).path)
  return found
}

const end = '\u0001'

const pattern = (output: string) =>
  new RegExp(
    `^${output
      .split('…')
      .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
      .join('[^\\n]*')}$`,
  )

for (const name of chapters)
  live(
    `docs/learn/${name} shows the real output`,
    async () => {
      const text = readFileSync(`${top}/docs/learn/${name}`, 'utf8')
      const shown = shownIn(await withBundles(text))
      assert.ok(shown.length > 0, 'no commands')
      mkdirSync('/tmp/learn', { recursive: true })
      const script = `/tmp/learn/${name}.sh`
      writeFileSync(script, shown.map(({ command }) => `${command}\nprintf '${end}'\n`).join(''))
      const env = { PATH: `${top}/dist:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`, HOME: '/root' }
      const { stdout } = await run(['bash', '-c', `exec 2>&1; . ${script}`], { cwd: top, env, limit: 60_000 })
      const printed = stdout.split(end)
      for (const [i, { command, output }] of shown.entries())
        assert.match(printed[i] ?? '', pattern(output), `$ ${command}\n${printed[i]}`)
    },
    90_000,
  )

test('there are chapters, and the index names each of them', () => {
  const index = readFileSync(`${top}/docs/learn/README.md`, 'utf8')
  assert.ok(chapters.length > 0)
  for (const name of chapters) assert.ok(index.includes(`(${name})`), name)
})

test.run()
