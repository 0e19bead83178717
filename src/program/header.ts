import { type Actor, type Kind, type StepRow, stepTable } from '../step/table.ts'
import { headerSize, letters, magic, messages, reasons, stepHeadSize } from './format.ts'

const cType: Record<Kind, string> = {
  str: 'const char *',
  text: 'struct text ',
  strs: 'struct strs ',
  texts: 'struct texts ',
  bytes: 'struct bytes ',
  u32: 'uint32_t ',
  u32s: 'struct u32s ',
  u64: 'uint64_t ',
  bool: 'uint32_t ',
  mode: 'uint32_t ',
  node: 'uint32_t ',
  namespaces: 'uint32_t ',
  attrs: 'uint64_t ',
  cleared: 'uint64_t ',
  rattrs: 'uint64_t ',
  rcleared: 'uint64_t ',
  propagation: 'uint32_t ',
  caps: 'uint64_t ',
  device: 'uint64_t ',
  signal: 'uint32_t ',
  rlimit: 'uint32_t ',
  fills: 'uint32_t ',
  slot: 'uint32_t ',
}

const reader: Record<string, string> = {
  'const char *': 'str',
  'struct text ': 'text',
  'struct strs ': 'strs',
  'struct texts ': 'texts',
  'struct bytes ': 'bytes',
  'uint32_t ': 'u32',
  'struct u32s ': 'u32s',
  'uint64_t ': 'u64',
}

const rows = Object.entries(stepTable) as [string, StepRow][]
export const banner = '/* Generated from src/step/table.ts by `npm run gen`. Not edited by hand. */\n'

function struct([name, row]: [string, StepRow]): string {
  const fields = Object.entries(row.args).map(([field, kind]) => `\t${cType[kind]}${field};\n`)
  return fields.length === 0 ? '' : `struct ${name}_args {\n${fields.join('')}};\n`
}

const empty = (row: StepRow) => Object.keys(row.args).length === 0
const isShared = (row: StepRow) => row.actors.length > 1

/** The type of the process that carries out a step, so that code with a field of the other process does not compile. */
const ownerOf = (row: StepRow) => (isShared(row) ? 'common' : row.actors[0])
const parameters = (name: string, row: StepRow) =>
  `struct ${ownerOf(row)} *c${empty(row) ? '' : `, const struct ${name}_args *a`}`
const prototypes = (chosen: readonly [string, StepRow][]) =>
  chosen
    .flatMap(([name, row]) => [
      `int do_${name}(${parameters(name, row)});\n`,
      ...(row.undo ? [`int undo_${name}(${parameters(name, row)});\n`] : []),
    ])
    .join('')

/** A hash (FNV-1a) of what a compiled program and the ocits that runs it must have in common: the version, and all steps with their arguments. */
function format(version: string): string {
  const text = JSON.stringify([version, rows.map(([name, { actors, args }]) => [name, actors, args])])
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193)
  return `0x${(hash >>> 0).toString(16)}`
}

const formatModule = (version: string): string =>
  `${banner.replace('/*', '//').replace(' */', '')}
/** In the header of a program; that of another version, or of another table of steps, is refused. */
export const format = ${format(version)}
`

/** native/wire/steps.gen.h: the numbers of the steps, their arguments as structs. */
function stepsHeader(version: string): string {
  const ops = rows.map(([name]) => `\tOP_${name.toUpperCase()},\n`).join('')
  return `${banner}#pragma once
#include "wire/reader.h"

/* In the header of a program; that of another version, or of another table of steps, is refused. */
#define PROGRAM_FORMAT ${format(version)}u

enum op {
${ops}\tOP_COUNT
};

${rows.map(struct).filter(Boolean).join('\n')}`
}

/** native/shared/steps.gen.h: the functions that carry out the steps of both processes. */
const sharedHeader = () => `${banner}#pragma once
#include "wire/common.h"
#include "wire/steps.gen.h"

${prototypes(rows.filter(([, row]) => isShared(row)))}`

/** native/parent/steps.gen.h, native/init/steps.gen.h: the functions of one process, and the dispatch from a number to its function. */
function ownHeader(process: Actor): string {
  const own = rows.filter(([, row]) => !isShared(row) && row.actors.includes(process))
  return `${banner}#pragma once
#include "${process}/${process}.h"
#include "shared/steps.gen.h"

${prototypes(own)}
/* Carries out a step; 0 or -errno, -EBADMSG for arguments that are not well formed. */
int ${process}_step(struct common *common, uint32_t op, struct reader *args);
${
  process === 'init'
    ? ''
    : `/* The same, to undo it, and whether there is something to undo. */
int undo_step(struct parent *c, uint32_t op, struct reader *args);
bool step_undoes(uint32_t op);
`
}`
}

function decoder([name, row]: [string, StepRow]): string {
  if (empty(row)) return ''
  const reads = Object.entries(row.args).map(([field, kind]) => `\ta->${field} = read_${reader[cType[kind]]}(args);\n`)
  return `static int decode_${name}(struct reader *args, struct ${name}_args *a)
{
${reads.join('')}\treturn reader_done(args);
}

`
}

function call(prefix: string, [name, row]: [string, StepRow]): string {
  const who = isShared(row) ? 'common' : 'c'
  if (empty(row))
    return `\tcase OP_${name.toUpperCase()}:\n\t\treturn reader_done(args) < 0 ? -EBADMSG : ${prefix}_${name}(${who});\n`
  return `\tcase OP_${name.toUpperCase()}: {
\t\tstruct ${name}_args a;

\t\treturn decode_${name}(args, &a) < 0 ? -EBADMSG : ${prefix}_${name}(${who}, &a);
\t}
`
}

const choice = (prefix: string, chosen: readonly [string, StepRow][]) => `\tswitch (op) {
${chosen.map((row) => call(prefix, row)).join('')}\tdefault:
\t\treturn -EBADMSG;
\t}
}
`

const run = (process: Actor, own: readonly [string, StepRow][]) =>
  `int ${process}_step(struct common *common, uint32_t op, struct reader *args)
{
\tstruct ${process} *c = ${process}_of(common);

${choice('do', own)}`

const undo = (undoable: readonly [string, StepRow][]) =>
  `int undo_step(struct parent *c, uint32_t op, struct reader *args)\n{\n${choice('undo', undoable)}`

function undoes(undoable: [string, StepRow][]): string {
  const ops = undoable.map(([name]) => `op == OP_${name.toUpperCase()}`).join(' || ')
  return `bool step_undoes(uint32_t op)\n{\n\treturn ${ops};\n}\n`
}

/** native/parent/steps.gen.c, native/init/steps.gen.c: the decoders of the steps of one process, and the dispatch from a number to its function. */
function source(process: Actor): string {
  const own = rows.filter(([, row]) => row.actors.includes(process))
  const undoable = own.filter(([, row]) => row.undo)
  const parent = process === 'parent'
  const parts = [
    `${banner}#include "${process}/steps.gen.h"\n\n#include <errno.h>\n`,
    own.map(decoder).join('').trimEnd(),
    '',
    run(process, own),
    ...(parent ? [undo(undoable), undoes(undoable)] : []),
  ]
  return parts.join('\n')
}

const enumOf = (name: string, members: readonly string[]) =>
  `enum ${name}{\n${members.map((member) => `\t${member},\n`).join('')}};\n`

/** native/wire/format.gen.h: the numbers of format.ts for C. */
const formatHeader = (): string => `${banner.replace('step/table.ts', 'program/format.ts')}#pragma once

#define PROGRAM_MAGIC "${magic.map((byte) => (byte > 31 ? String.fromCharCode(byte) : `\\${byte}`)).join('')}"

${enumOf('', [`MAGIC_SIZE = ${magic.length}`, `HEADER_SIZE = ${headerSize}`, `STEP_HEAD_SIZE = ${stepHeadSize}`])}
/* Messages between the parent and the init, and between start and the init. */
${enumOf(
  'message_kind ',
  messages.map((name, i) => (i === 0 ? `${name} = 1` : name)),
)}
/* What is known beside the errno of a step that failed. */
${enumOf(
  'reason ',
  reasons.map(([name]) => name),
)}
/* How an argument travels. */
${enumOf(
  '',
  Object.entries(letters).map(([letter, name]) => `KIND_${name} = '${letter}'`),
)}`

/** The generated C of the step table, by file name. */
export const generated = (version: string): Readonly<Record<string, string>> => ({
  'native/wire/format.gen.h': formatHeader(),
  'native/wire/steps.gen.h': stepsHeader(version),
  'src/program/format.gen.ts': formatModule(version),
  'native/shared/steps.gen.h': sharedHeader(),
  'native/parent/steps.gen.h': ownHeader('parent'),
  'native/parent/steps.gen.c': source('parent'),
  'native/init/steps.gen.h': ownHeader('init'),
  'native/init/steps.gen.c': source('init'),
})
