import { placeOf, StepFailure } from '../failure.ts'
import { errno } from '../kernel/errno.ts'
import type { StepLabel } from '../program/compile.ts'
import { headerSize, initKilled, reasons, stepHeadSize } from '../program/format.ts'
import type { Outcome } from '../program/outcome.ts'
import type { Pointer } from '../spec/pointer.ts'
import { deviceOfHost, hintOf } from '../step/hints.ts'
import { namer } from '../step/named.ts'
import type { Op, Step } from '../step/step.ts'
import { stepTable } from '../step/table.ts'
import { newerCalls } from './newer_calls.ts'

/** A step, described for error messages: also from a compiled program and from state.json, where the step itself is gone. */
export type StepDescription = {
  readonly index: number
  readonly op: Op
  readonly pointer: Pointer
  /** The step in words, as `ocits plan` prints them. */
  readonly line: string
  /** The first word of the process, where a message names it. */
  readonly program: string
  /** The field with the limit of memory, if the container gets one: an init that is killed may have died of it. */
  readonly limit?: Pointer | undefined
}

type Failed = Pick<Outcome, 'errno' | 'detail'> & { readonly reason?: number }

/**
 * A step that failed, in words: `config.json#/mounts/3: bind clone 4 on /srv: EINVAL (invalid argument): …`, with the kernel's
 * own detail and, where one is known, the cure. What engines look for in the text is told as runc tells it, in lower case.
 */
export function stepError(step: StepDescription, failed: Failed): StepFailure {
  const { index, op } = step
  const { name, text } = errno(failed.errno)
  const detail = failed.detail || (reasons[failed.reason ?? 0]?.[1] ?? '')
  const answer = { name, text, detail, killed: failed.reason === initKilled }
  const pointer = isShort(step, answer) ? (step.limit ?? step.pointer) : step.pointer
  const words = (name === 'ECANCELED' ? interrupted : (special[op] ?? usual))(step, answer)
  const cure = name === 'ENOSYS' ? newerCalls(op) : ''
  const facts = { pointer, op, index, errno: failed.errno, code: name, detail }
  const where = pointer === '' ? '' : `${placeOf(pointer)}: `
  return new StepFailure(`${where}${words}${cure === '' ? '' : `: ${cure}`}`, facts)
}

/** Describes a step of a plan. */
export function describeStep(steps: readonly Step[], index: number): StepDescription {
  const step = steps[index]
  if (step === undefined) throw new Error(`the plan has no step ${index}`)
  const exec = steps.find((one) => one.op === 'exec')
  const limit = steps.find(({ pointer }) => limits.includes(pointer))?.pointer
  return { index, op: step.op, pointer: step.pointer, line: namer(steps)(step), program: exec?.args[0] ?? '', limit }
}

/** Describes a step of a compiled program: the program says which step it is, its labels have the words. */
export function describeCompiledStep(
  program: Uint8Array,
  labels: readonly StepLabel[],
  index: number,
): StepDescription {
  const [pointer, words] = labels[index] ?? ['', `step ${index}`]
  const exec = labels[labels.length - 1]?.[1] ?? ''
  const limit = labels.find(([pointer]) => limits.includes(pointer))?.[0]
  return { index, op: opAt(program, index), pointer, line: words, program: exec.split(' ')[0] ?? '', limit }
}

/** Fields that may be the end of an init, which needs some memory itself until execve. */
const limits: readonly string[] = ['/linux/resources/memory/limit', '/linux/resources/unified/memory.max']

// Steps are read as program/format.ts states them.
export function opAt(program: Uint8Array, index: number): Op {
  const view = new DataView(program.buffer, program.byteOffset, program.byteLength)
  let at = headerSize
  for (let i = 0; i < index; i++) at += stepHeadSize + view.getUint32(at + 4, true)
  return Object.keys(stepTable)[view.getUint16(at, true)] as Op
}

type Answer = { readonly name: string; readonly text: string; readonly detail: string; readonly killed: boolean }
type Words = (step: StepDescription, answer: Answer) => string

const usual: Words = (step, answer) => tell(step, answer, hintOf(step.op, answer.name))

/**
 * Whether the limit of memory may be what is wrong: the init dies of it, or on cgroup v2 is not even born, or the kernel does not take
 * less than what is used.
 */
function isShort({ op, pointer, limit }: StepDescription, { name, killed }: Pick<Answer, 'name' | 'killed'>): boolean {
  if (limit === undefined) return false
  return name === 'ENOMEM' || killed || (name === 'EBUSY' && op === 'write' && pointer === limit)
}

function tell(step: StepDescription, answer: Answer, hint: string): string {
  const { name, text, detail } = answer
  const dead = isShort(step, answer) ? 'memory limit too low?' : ''
  const parts = [`${step.op} ${step.line}: ${name} (${text})`, detail, dead, hint]
  return parts.filter((part) => part !== '').join(': ')
}

const interrupted: Words = ({ op, line }, { name, text }) => `${op} ${line}: ${name} (${text}): interrupted`

// `/hooks/createRuntime/1` → `error running createRuntime hook #1: exit status 1, output: …`
const hook: Words = ({ pointer, line }, { text, detail }) => {
  const [, , kind, index] = pointer.split('/')
  return `error running ${kind} hook #${index}: ${detail === '' ? `${line}: ${text}` : detail}`
}

// docker and podman take 126 and 127 from these very words.
const special: Partial<Record<Op, Words>> = {
  executable: ({ program }, { name, text, detail }) => {
    const exec = `exec: ${JSON.stringify(program)}`
    // A directory is as little executable as a file without x: who looks for the latter's words finds them.
    if (name === 'EISDIR') return `${exec}: ${text}: permission denied`
    // What the parent has of the file is in the detail: without it, a folder on its way keeps this user out.
    if (name !== 'ENOENT') return [exec, text, detail].filter((part) => part !== '').join(': ')
    if (program === '') return `${exec}: executable file not found in $PATH: the name is empty`
    return program.includes('/') ? `${exec}: stat ${program}: ${text}` : `${exec}: executable file not found in $PATH`
  },
  exec: ({ program, pointer }, { name, text }) => {
    const hint = pointer === filter ? 'the filter does not allow execve' : hintOf('exec', name)
    return [`exec ${program}`, text, hint].filter((part) => part !== '').join(': ')
  },
  capabilities: (step, answer) =>
    step.pointer === filter
      ? tell(step, answer, 'the filter does not allow what this takes, and comes first without noNewPrivileges')
      : usual(step, answer),
  hook,
  undo_hook: hook,
  bind: (step, answer) => {
    // The kernel's word for a locked flag; what is refused for its place says so itself.
    return answer.name === 'EPERM' && answer.detail === '' ? tell(step, answer, lockedFlag) : usual(step, answer)
  },
  source: (step, answer) => {
    const device = answer.name === 'ENOENT' && step.pointer.startsWith('/linux/devices/')
    return device ? tell(step, answer, deviceOfHost) : usual(step, answer)
  },
  // In runc's words.
  agent: ({ line }, { name, text }) => {
    const hint = hintOf('agent', name)
    return `failed to connect with seccomp agent specified in the seccomp profile: ${line.replace('of seccomp at ', '')}: ${name} (${text})${hint === '' ? '' : `: ${hint}`}`
  },
  // What newuidmap(1) says has no errno.
  idmap: (step, answer) =>
    answer.name === 'EREMOTEIO'
      ? `idmap ${step.line}: ${answer.detail}: /etc/subuid and /etc/subgid say which ids a user may map`
      : usual(step, answer),
}

// The planner has seen that the filter forbids what the step needs.
const filter = '/linux/seccomp'

const lockedFlag =
  'the source is mounted with a flag that the host has locked; without the option that clears it, it stays'
