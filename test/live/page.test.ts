import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { deflateSync } from 'node:zlib'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { bundle } from '../harness/bundle.ts'
import { live, skipped } from '../harness/live.ts'
import { patience } from '../harness/patience.ts'
import { type Picture, pictureOf } from '../harness/png.ts'
import { must } from '../harness/run.ts'

// The output of `plan --html` in a real browser: as wide as a desktop and as a phone, light and dark, and printed. PICTURES=build/pictures
// in the environment keeps the pictures there, to be looked at.

const top = new URL('../..', import.meta.url).pathname
const own = `/tmp/ocits-pictures.${process.pid}`
const folder = process.env.PICTURES ?? own

const seconds = 60
function browser(...words: readonly string[]): void {
  const usual = ['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', `--user-data-dir=${own}/profile`]
  const { status, stderr } = spawnSync('chromium', [...usual, ...words], {
    encoding: 'utf8',
    timeout: 1000 * seconds * patience(),
  })
  assert.is(status, 0, stderr)
}

const isThere = spawnSync('chromium', ['--version']).status === 0

/** Writes its page to a file. */
async function pageFile(name: string): Promise<string> {
  const file = `${own}/${name}.html`
  await must([`${top}dist/ocits`, 'plan', '--html', file, (await bundle(name)).path])
  return file
}

type Look = { readonly width: number; readonly dark?: boolean }

function picture(file: string, { width, dark = false }: Look): Picture {
  const name = file.slice(file.lastIndexOf('/') + 1, -'.html'.length)
  const png = `${folder}/${name}-${width}${dark ? '-dark' : ''}.png`
  browser(
    `--window-size=${width},6000`,
    `--blink-settings=preferredColorScheme=${dark ? 0 : 1}`,
    `--screenshot=${png}`,
    `file://${file}`,
  )
  return pictureOf(readFileSync(png))
}

/** The colours of every fourth point between two edges. */
function colours({ height, at }: Picture, from: number, to: number): ReadonlySet<string> {
  const found = new Set<string>()
  for (let y = 0; y < height; y += 4) for (let x = from; x < to; x += 4) found.add(at(x, y))
  return found
}

const papers = { light: '#faf9f6', dark: '#13161b' }

function looked(name: string): void {
  live(
    `the page of bundles/${name} in a browser`,
    async () => {
      for (const path of [own, folder]) mkdirSync(path, { recursive: true })
      const file = await pageFile(name)
      for (const look of [{ width: 1200 }, { width: 420 }, { width: 1200, dark: true }]) {
        const seen = picture(file, look)
        const paper = look.dark === true ? papers.dark : papers.light
        assert.equal([seen.width, seen.height], [look.width, 6000])
        assert.ok(colours(seen, 0, seen.width).size > 100, 'an empty page')
        // Everything is within the margins: nothing is wider than the window.
        for (const [from, to] of [
          [0, 12],
          [look.width - 12, look.width],
        ] as const)
          assert.equal([...colours(seen, from, to)], [paper], `${look.width}: something stands in the margin`)
      }
      browser('--no-pdf-header-footer', `--print-to-pdf=${folder}/${name}.pdf`, `file://${file}`)
      assert.is(readFileSync(`${folder}/${name}.pdf`).toString('latin1', 0, 5), '%PDF-')
      rmSync(own, { recursive: true })
    },
    240_000,
  )
}

function chunk(type: string, data: Buffer): Buffer {
  const [size, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  size.writeUInt32BE(data.length)
  return Buffer.concat([size, Buffer.from(type), data, sum])
}

live('a picture is decoded correctly with each filter of its rows', async () => {
  const header = Buffer.from([0, 0, 0, 2, 0, 0, 0, 5, 8, 2, 0, 0, 0]) // 2 by 5, red, green and blue
  const rows = [
    [0, 10, 20, 30, 40, 50, 60],
    [1, 10, 20, 30, 30, 30, 30], // minus those to the left
    [2, 0, 0, 0, 0, 0, 0], // minus those above
    [3, 5, 10, 15, 15, 15, 15], // minus the mean of both
    [4, 0, 0, 0, 0, 0, 0], // minus the predicted one (Paeth)
  ]
  const body = deflateSync(Buffer.from(rows.flat()))
  const magic = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
  const { width, height, at } = pictureOf(Buffer.concat([magic, chunk('IHDR', header), chunk('IDAT', body)]))
  assert.equal([width, height], [2, 5])
  for (let y = 0; y < height; y++) assert.equal([at(0, y), at(1, y)], ['#0a141e', '#28323c'], `row ${y}`)
})

for (const name of ['hello', 'docker-default'])
  if (isThere) looked(name)
  else
    skipped(`the page of bundles/${name} in a browser`, 'chromium is missing: `scripts/setup.sh --browser` installs it')

test.run()
