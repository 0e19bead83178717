import { type Hand, type Kind, type Row, table } from '../step/table.ts'

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

const rows = Object.entries(table) as [string, Row][]
const banner = '/* Generated from src/step/table.ts by `npm run gen`. Not edited by hand. */\n'

function struct([name, row]: [string, Row]): string {
  const fields = Object.entries(row.args).map(([field, kind]) => `\t${cType[kind]}${field};\n`)
  return fields.length === 0 ? '' : `struct ${name}_args {\n${fields.join('')}};\n`
}

const empty = (row: Row) => Object.keys(row.args).length === 0
const parameters = (name: string, row: Row) =>
  empty(row) ? 'struct context *c' : `struct context *c, const struct ${name}_args *a`

/** native/wire/steps.gen.h: the numbers of the steps, their arguments as structs, the functions that carry them out. */
export function header(): string {
  const ops = rows.map(([name]) => `\tOP_${name.toUpperCase()},\n`).join('')
  const functions = rows.flatMap(([name, row]) => [
    `int do_${name}(${parameters(name, row)});\n`,
    ...(row.undo ? [`int undo_${name}(${parameters(name, row)});\n`] : []),
  ])
  return `${banner}#pragma once
#include "wire/context.h"
#include "wire/reader.h"

enum op {
${ops}\tOP_COUNT
};

${rows.map(struct).filter(Boolean).join('\n')}
${functions.join('')}
/* Each returns 0 or -errno; -EBADMSG for arguments that are not well formed. */
int check_step(uint32_t op, uint32_t hand, struct reader *args);
int run_step(struct context *c, uint32_t op, struct reader *args);
int undo_step(struct context *c, uint32_t op, struct reader *args);
bool step_undoes(uint32_t op);
`
}

function decoder([name, row]: [string, Row]): string {
  if (empty(row)) return ''
  const reads = Object.entries(row.args).map(([field, kind]) => `\ta->${field} = read_${reader[cType[kind]]}(args);\n`)
  return `static int decode_${name}(struct reader *args, struct ${name}_args *a)
{
${reads.join('')}\treturn reader_done(args);
}

`
}

function call(prefix: string, [name, row]: [string, Row]): string {
  if (empty(row))
    return `\tcase OP_${name.toUpperCase()}:\n\t\treturn reader_done(args) < 0 ? -EBADMSG : ${prefix}_${name}(c);\n`
  return `\tcase OP_${name.toUpperCase()}: {
\t\tstruct ${name}_args a;

\t\treturn decode_${name}(args, &a) < 0 ? -EBADMSG : ${prefix}_${name}(c, &a);
\t}
`
}

function dispatch(name: string, prefix: string, chosen: [string, Row][]): string {
  return `int ${name}(struct context *c, uint32_t op, struct reader *args)
{
\tswitch (op) {
${chosen.map((row) => call(prefix, row)).join('')}\tdefault:
\t\treturn -EBADMSG;
\t}
}
`
}

function undoes(undoable: [string, Row][]): string {
  const ops = undoable.map(([name]) => `op == OP_${name.toUpperCase()}`).join(' || ')
  return `bool step_undoes(uint32_t op)\n{\n\treturn ${ops};\n}\n`
}

function check(): string {
  const bit = (row: Row) => row.hands.map((hand) => (hand === 'parent' ? 1 : hand === 'init' ? 2 : 4)).join(' | ')
  const hands = rows.map(([name, row]) => `\t[OP_${name.toUpperCase()}] = ${bit(row)},\n`).join('')
  const cases = rows.map(([name, row]) => {
    const decode = empty(row) ? 'reader_done(args)' : `decode_${name}(args, &a.${name})`
    return `\tcase OP_${name.toUpperCase()}:\n\t\treturn ${decode};\n`
  })
  const members = rows.filter(([, row]) => !empty(row)).map(([name]) => `\t\tstruct ${name}_args ${name};\n`)
  return `static const uint8_t hands[] = {
${hands}};

int check_step(uint32_t op, uint32_t hand, struct reader *args)
{
\tunion {
${members.join('')}\t} a;

\tif (op >= OP_COUNT || hand > 2 || !(hands[op] & 1u << hand))
\t\treturn -EBADMSG;
\tswitch (op) {
${cases.join('')}\tdefault:
\t\treturn -EBADMSG;
\t}
}
`
}

/** native/parent/steps.gen.c or native/init/steps.gen.c: the decoders of one hand's steps, and the way from a number to its function. */
export function source(hand: Hand): string {
  const own = rows.filter(([, row]) => row.hands.includes(hand))
  const undoable = own.filter(([, row]) => row.undo)
  const parent = hand === 'parent'
  const parts = [
    `${banner}#include "wire/steps.gen.h"\n\n#include <errno.h>\n`,
    (parent ? rows : own).map(decoder).join('').trimEnd(),
    '',
    dispatch('run_step', 'do', own),
    ...(parent ? [dispatch('undo_step', 'undo', undoable), undoes(undoable), check()] : []),
  ]
  return parts.join('\n')
}
