import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { deflateRawSync } from 'node:zlib'
import { lateNames, moduleNames } from './bundle.ts'
import { filesOf } from './files.ts'
import { quickjs, quickjsFlags } from './quickjs.ts'
import { make } from './task.ts'

/**
 * Three files are linked from native/: the container's init, the static executable, and the library for Node. Each consists of all
 * files of its folders; the linker leaves out unused code.
 */
type Flavour = {
  readonly compiler: string
  readonly flags: readonly string[]
  readonly link: readonly string[]
  readonly folders: readonly string[]
}

const warnings = [
  '-Wall',
  '-Wextra',
  '-Wconversion',
  '-Wmissing-prototypes',
  '-Wshadow',
  '-Wno-format-truncation',
  '-Werror',
]
const sections = ['-ffunction-sections', '-fdata-sections']
const hardened = ['-fstack-protector-strong', '-fstack-clash-protection', '-fcf-protection=none']
const packed = ['-Wl,--gc-sections', '-Wl,--build-id=none', '-s']
const now = ['-Wl,-z,relro', '-Wl,-z,now', '-Wl,-z,noexecstack']
const shared = ['wire', 'shared']

// A waiting container keeps pages, and every create copies bytes: so there are no relocations and no unwind tables, and one segment for text and constants.
const initFlavour: Flavour = {
  compiler: 'musl-gcc',
  flags: ['-Oz', '-fno-pie', '-fno-asynchronous-unwind-tables', '-fno-stack-clash-protection'],
  link: ['-static', '-no-pie', ...packed, '-Wl,-z,noseparate-code', '-Wl,-z,norelro', '-Wl,-z,noexecstack'],
  folders: [...shared, 'init'],
}

// The executable has a fixed address: the image of the engine's memory (native/engine/engine.h) contains pointers into it and into itself.
const binaryFlavour: Flavour = {
  compiler: 'musl-gcc',
  flags: ['-Os', '-fno-pie', '-fno-asynchronous-unwind-tables'],
  link: ['-static', '-no-pie', ...packed, ...now, '-Wl,--section-start=.image=0x40000000'],
  folders: [...shared, 'parent', 'engine'],
}

// The library is never unloaded: at the end of Node its threads may still run its code.
const libraryFlavour: Flavour = {
  compiler: 'gcc',
  flags: ['-O2', '-fPIC', '-fvisibility=hidden', '-U_FORTIFY_SOURCE', '-D_FORTIFY_SOURCE=3'],
  link: ['-shared', '-Wl,-z,defs', '-Wl,-z,nodelete', ...packed, ...now],
  folders: [...shared, 'parent', 'node'],
}

const flavours = { init: initFlavour, ocits: binaryFlavour, libocits: libraryFlavour }
type Name = keyof typeof flavours

/** The bytecode of each module, build/hot.bin from build/hot.js. */
async function bytecode(engine: readonly string[], modules: readonly string[]): Promise<void> {
  const flags = ['-O1', '-static', '-no-pie', ...warnings, '-D_GNU_SOURCE', ...quickjsFlags]
  await make({
    inputs: ['scripts/compile.c', ...engine],
    outputs: ['build/compile'],
    run: ['musl-gcc', ...flags, 'scripts/compile.c', ...engine, '-lm', '-o', 'build/compile'],
  })
  await Promise.all(
    modules.map((name) =>
      make({
        inputs: ['build/compile', `build/${name}.js`],
        outputs: [`build/${name}.bin`],
        run: ['build/compile', `build/${name}.js`, `build/${name}.bin`],
      }),
    ),
  )
}

async function object(name: Name, source: string, inputs: readonly string[]): Promise<string> {
  const { compiler, flags } = flavours[name]
  const output = `build/${name}.o/${source.replace('native/', '').replaceAll('/', '.')}.o`
  const words = ['-std=gnu17', '-D_GNU_SOURCE', ...warnings, ...sections, ...hardened, ...flags]
  const where = name === 'ocits' ? quickjsFlags : ['-Inative']
  await make({
    inputs: [...inputs, source],
    outputs: [output],
    run: [compiler, ...words, ...where, '-c', source, '-o', output],
  })
  return output
}

async function objects(name: Name): Promise<string[]> {
  const headers = filesOf('native', '.h')
  const sources = flavours[name].folders.flatMap((folder) => filesOf(`native/${folder}`, '.c'))
  return Promise.all(sources.map((file) => object(name, file, headers)))
}

/** An assembler file of native/ that includes bytes from build/. */
async function embedded(source: string, output: string, carried: readonly string[], ...flags: readonly string[]) {
  await make({
    inputs: [source, ...carried],
    outputs: [output],
    run: ['gcc', ...flags, '-Wa,-Ibuild', '-c', source, '-o', output],
  })
  return output
}

async function link(name: Name, output: string, parts: readonly string[]): Promise<void> {
  const { compiler, link } = flavours[name]
  await make({ inputs: parts, outputs: [output], run: [compiler, ...link, ...parts, '-lm', '-o', output] })
}

/** build/init: the container's init. */
export async function init(): Promise<void> {
  await link('init', 'build/init', await objects('init'))
}

/** The address of each section of an executable, except those of the image. */
const layout = (file: string) =>
  execFileSync('readelf', ['-SW', file], { encoding: 'utf8' })
    .split('\n')
    .map((line) => /^ +\[ *\d+\] (\.\S+) +(\S+) +(\S+) +\S+ +(\S+)/.exec(line)?.slice(1, 5).join(' '))
    .filter((section) => section !== undefined && !/^\.(image|shstrtab) /.test(section))
    .join('\n')

/** An executable is linked twice: first without the image of its hot module, in order to make this image, and then with it. */
async function baked(hot: string, output: string, parts: readonly string[]): Promise<void> {
  const folder = `build/image-${hot}`
  const [bare, image] = [`${folder}/bare`, `${folder}/image`]
  await link('ocits', bare, [await embedded('native/engine/image.S', `${folder}/bare.o`, [], '-DWITHOUT'), ...parts])
  await make({
    inputs: [bare, `build/${hot}.bin`],
    outputs: [image],
    run: ['sh', '-c', `${bare} <build/${hot}.bin >${image}`],
  })
  const carried = await embedded('native/engine/image.S', `${folder}/image.o`, [image], `-Wa,-I${folder}`)
  await link('ocits', output, [carried, ...parts])
  if (layout(bare) !== layout(output)) throw new Error('the image does not fit: the code has other addresses')
}

/** Late modules are compressed, which saves 90 kB: a u32 with their size, and raw DEFLATE, as native/engine/inflate.c reads it. */
function pack(from: string, to: string): void {
  const bytes = readFileSync(from)
  const size = Buffer.alloc(4)
  size.writeUInt32LE(bytes.length)
  const packed = Buffer.concat([size, deflateRawSync(bytes, { level: 9 })])
  if (!existsSync(to) || !packed.equals(readFileSync(to))) writeFileSync(to, packed)
}

async function engineParts(modules: readonly string[]): Promise<string[]> {
  const engine = await quickjs([...sections, ...hardened])
  await bytecode(engine, modules)
  const late = lateNames.map((name) => `build/${name}.packed`)
  for (const file of late) pack(file.replace('.packed', '.bin'), file)
  const [own, carried] = await Promise.all([
    objects('ocits'),
    embedded('native/parent/embed.S', 'build/ocits.o/embed.o', ['build/init', ...late], '-DWITH_ENGINE'),
  ])
  return [carried, ...own, ...engine]
}

/** dist/ocits: needs build/init and the bundles. */
export async function binary(): Promise<void> {
  await baked('hot', 'dist/ocits', await engineParts(moduleNames))
}

/** build/native: the same executable with test/harness/native_main.ts instead of src/cli/main.ts. */
export async function nativeBinary(): Promise<void> {
  await baked('native', 'build/native', await engineParts([...moduleNames, 'native']))
}

/** dist/libocits.so: needs build/init. */
export async function library(): Promise<void> {
  const carried = await embedded('native/parent/embed.S', 'build/libocits.o/embed.o', ['build/init'])
  await link('libocits', 'dist/libocits.so', [carried, ...(await objects('libocits'))])
}
