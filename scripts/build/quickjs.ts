import { readFileSync, writeFileSync } from 'node:fs'
import { filesOf } from './files.ts'
import { make } from './task.ts'

const tree = process.env.QUICKJS_SRC || 'build/quickjs-2025.04.26'
const made = 'build/quickjs'
const files = ['quickjs', 'libregexp', 'libunicode', 'dtoa', 'cutils']

/** The folder of `quickjs.h`. */
export const quickjsFlags = ['-Inative', '-isystem', made, '-isystem', tree]

type Change = { readonly from: RegExp; readonly to: string; readonly times: number }

/**
 * The functions in which the engine spends most of its time are compiled for speed. This saves a twentieth of a plan's time and costs 12 kB. For all
 * functions it would save twice as much and cost 190 kB.
 */
const fast: readonly Change[] = [
  'static JSValue JS_CallInternal',
  'JSValue JS_GetPropertyInternal',
  'int JS_SetPropertyInternal',
  'int JS_DefineProperty',
  'static JSProperty \\*add_property',
  'static JSValue js_call_c_function',
  'static JSAtom __JS_NewAtom',
].map((head) => ({
  from: new RegExp(`^${head}\\((?=[^;{]*\\{)`, 'gm'),
  to: '__attribute__((optimize("O2"))) $&',
  times: 1,
}))

/** The macros of native/engine/frozen.h count references everywhere. And `indexOf` and `includes` search as `split` does. */
const changes: Readonly<Record<string, readonly Change[]>> = {
  'quickjs.h': [
    { from: /^void __JS_FreeValue\(/gm, to: '#include "engine/frozen.h"\n$&', times: 1 },
    { from: /--p->ref_count/g, to: 'JS_DROP(p)', times: 2 },
    { from: /\bp->ref_count\+\+/g, to: 'JS_KEEP(p)', times: 2 },
  ],
  'quickjs.c': [
    { from: /^#include "quickjs.h"/gm, to: '$&\nsize_t js_frozen_size;', times: 1 },
    { from: /([\w.>-]+)->header\.ref_count\+\+/g, to: 'JS_KEEP($1)', times: 16 },
    { from: /--(\w+)->header\.ref_count/g, to: 'JS_DROP($1)', times: 6 },
    { from: /(\w+)->header\.ref_count--/g, to: '(void)JS_DROP($1)', times: 1 },
    { from: /(?<=if \()(sh|p1|r)->header\.ref_count (?:!=|>) 1/g, to: 'JS_SHARED($1)', times: 4 },
    ...fast,
    // The table of shapes doubles when it is half full, and links each shape again. In a command this would write to all pages of the image that
    // contain a shape: 40 pages, a third of a plan's time. The table has 511 places, and the hot module uses some 210.
    { from: /(?<=rt->shape_hash_bits = )4;/g, to: '10;', times: 1 },
    // They call a comparison function at each position, which takes twelve times as long: 50 µs for a config.json of 14 kB.
    {
      from: /if \(len >= v_len && inc \*/g,
      to: 'if (!lastIndexOf)\n\tret = string_indexof(p, p1, start);\n    else $&',
      times: 1,
    },
    {
      from: /(?<=if \(magic == 0\) \{\n)\s*start = pos;\n\s*stop = len;/g,
      to: '\tret = string_indexof(p, p1, pos) >= 0;\n\tgoto done;',
      times: 1,
    },
  ],
}

/** A file of the engine with its changes. Throws if a pattern matches more or fewer places than in the reviewed version. */
function changed(name: string): string {
  let text = readFileSync(`${tree}/${name}`, 'utf8')
  for (const { from, to, times } of changes[name] ?? []) {
    const found = [...text.matchAll(from)].length
    if (found !== times) throw new Error(`${tree}/${name}: ${from} is in ${found} places, not in ${times}`)
    text = text.replace(from, to)
  }
  return text
}

/** The object files of the engine. It relies on signed overflow that wraps, and its warnings are ignored. */
export async function quickjs(hardened: readonly string[]): Promise<string[]> {
  const headers = filesOf(tree, '.h').filter((file) => !file.includes('/examples/'))
  const names = Object.keys(changes)
  const outputs = names.map((name) => `${made}/${name}`)
  const work = () => {
    for (const name of names) writeFileSync(`${made}/${name}`, changed(name))
  }
  await make({
    inputs: names.map((name) => `${tree}/${name}`),
    outputs,
    run: { name: JSON.stringify(changes, (_, value) => (value instanceof RegExp ? value.source : value)), work },
  })
  // Compiled for size: 190 kB less than with -O2, and a few hundredths of a millisecond more for a plan.
  const flags = ['-Os', '-fwrapv', '-fno-pie', '-fno-asynchronous-unwind-tables', '-w', ...hardened, ...quickjsFlags]
  const defines = ['-D_GNU_SOURCE', '-DCONFIG_VERSION="2025-04-26"']
  await Promise.all(
    files.map((name) => {
      const source = `${name === 'quickjs' ? made : tree}/${name}.c`
      const output = `${made}/${name}.o`
      return make({
        inputs: [...headers, ...outputs, 'native/engine/frozen.h', source],
        outputs: [output],
        run: ['musl-gcc', ...flags, ...defines, '-c', source, '-o', output],
      })
    }),
  )
  return files.map((name) => `${made}/${name}.o`)
}
