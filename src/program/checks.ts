import { caps } from '../kernel/caps.ts'
import { deviceTypes, maxMajor, maxMinor } from '../kernel/devices.ts'
import { MS_REC, mountAttr, mountAttrAtime, propagation } from '../kernel/mount.ts'
import { namespaces } from '../kernel/namespaces.ts'
import { initPlaceholders, placeholder } from '../step/step.ts'
import { type Kind, type StepRow, stepTable } from '../step/table.ts'
import { letterOf } from './format.ts'
import { banner } from './header.ts'

const rows = Object.entries(stepTable) as [string, StepRow][]

/** Kinds of numbers in which only some bits have a meaning; each has a letter of its own. */
const bits: readonly [kind: Kind, letter: string, bits: number][] = [
  ['bool', 'b', 1],
  ['mode', 'm', 0o7777],
  ['node', 'o', any(deviceTypes)],
  ['namespaces', 'e', any(namespaces, ({ flag }) => flag)],
  ['propagation', 'p', any(propagation) | MS_REC],
  ['signal', 'g', 0x7f],
  ['rlimit', 'l', 0xf],
  ['attrs', 'A', any(mountAttr) | mountAttrAtime],
  ['cleared', 'A', any(mountAttr) | mountAttrAtime],
  ['rattrs', 'A', any(mountAttr) | mountAttrAtime],
  ['rcleared', 'A', any(mountAttr) | mountAttrAtime],
  ['caps', 'C', 2 ** Object.keys(caps).length - 1],
  ['device', 'D', maxMajor * 2 ** 32 + maxMinor],
]

function any<V>(values: Readonly<Record<string, V>>, bitsOf = (value: V): number => Number(value)): number {
  return Object.values(values).reduce((all, value) => all | bitsOf(value), 0)
}

function letter(kind: Kind): string {
  if (kind === 'fills' || kind === 'slot') return kind === 'fills' ? 'F' : 'U'
  return bits.find(([name]) => name === kind)?.[1] ?? letterOf[kind]
}

const known = (placeholders: readonly string[]) => placeholders.map((each) => each[1]).join('')

/** native/parent/arguments.gen.h: the table by which native/parent/check.c checks the arguments of each step. */
export function argumentsHeader(): string {
  const actors = (row: StepRow) => row.actors.reduce((all, actor) => all | (actor === 'parent' ? 1 : 2), 0)
  const entries: string[] = []
  let all = ''
  for (const [name, row] of rows) {
    entries.push(`\t[OP_${name.toUpperCase()}] = { ${actors(row)}, ${all.length - entries.length} },\n`)
    all += `${Object.values(row.args).map(letter).join('')}\\0`
  }
  const cases = bits.map(([kind, letter, value], i) =>
    bits[i - 1]?.[1] === letter ? '' : `\tcase '${letter}':\t/* ${kind} */\n\t\treturn 0x${value.toString(16)};\n`,
  )
  return `${banner}#pragma once
#include "wire/steps.gen.h"

/* Of each step its actors, a bit each, and where in \`kinds\` its arguments begin. */
static const struct row {
\tuint16_t actors : 2;
\tuint16_t kinds : 14;
} rows[OP_COUNT] = {
${entries.join('')}};

/* A letter for each argument, NUL after the last of a step. */
static const char kinds[] =
${all
  .match(/.{1,100}(?<!\\)/g)
  ?.map((part) => `\t"${part}"`)
  .join('\n')};

/* What may follow NUL in a text, for each actor. */
static const char *const placeholders[] = { "${known(Object.values(placeholder))}", "${known(initPlaceholders)}" };

/* The bits that a number of a kind may have. */
static uint64_t bits_of(char kind)
{
\tswitch (kind) {
${cases.join('')}\tdefault:
\t\treturn UINT64_MAX;
\t}
}
`
}
