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
  /** `process.args[0]`, for messages that name the program. */
  readonly program: string
  /** The field with the memory limit, if the container has one: if the init is killed, that limit may be the reason. */
  readonly limit?: Pointer | undefined
}

type Failed = Pick<Outcome, 'errno' | 'detail'> & { readonly reason?: number }

/**
 * A step that failed, in words: `config.json#/mounts/3: bind clone 4 on /srv: EINVAL (invalid argument): …`, with the kernel's
 * own detail and, where one is known, the cure. Where engines search the text for words, the words are runc's, in lower case.
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

/** Describes a step of a compiled program from the program's op and labels. */
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

/** Memory limits, which may kill the init, as it needs some memory itself until execve. */
const limits: readonly string[] = ['/linux/resources/memory/limit', '/linux/resources/unified/memory.max']

// The layout of a step is stated in program/format.ts.
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
 * Whether the memory limit may be too low: it kills the init, or on cgroup v2 prevents its fork, or the kernel refuses a limit below what
 * is in use.
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

// Without the words of ENOENT, from which docker and podman would derive that the program is missing.
const pageSize: Words = (step, answer) => {
  const [, size] = /\/hugetlb\.(\w+)\./.exec(step.line) ?? []
  return size === undefined || answer.name !== 'ENOENT' ? usual(step, answer) : `hugetlb: unsupported page size ${size}`
}

// docker and podman derive the exit codes 126 and 127 from these words.
const special: Partial<Record<Op, Words>> = {
  executable: ({ program }, { name, text, detail }) => {
    const exec = `exec: ${JSON.stringify(program)}`
    // Engines only know the words for a file without x, so they are used for a directory, too.
    if (name === 'EISDIR') return `${exec}: ${text}: permission denied`
    // If the parent could open the file, the detail says what is wrong with it. If there is no detail, this user may not pass a folder of its path.
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
      ? tell(
          step,
          answer,
          'the filter does not allow a system call of this step; without noNewPrivileges the filter is loaded before it',
        )
      : usual(step, answer),
  criu_ask: (step, answer) =>
    answer.name === 'EREMOTEIO' ? `criu failed: ${step.line}: ${answer.detail}` : usual(step, answer),
  hook,
  undo_hook: hook,
  bind: (step, answer) => {
    // The kernel's error for a locked flag. Where the mount is refused because of its destination, there is a detail.
    return answer.name === 'EPERM' && answer.detail === '' ? tell(step, answer, lockedFlag) : usual(step, answer)
  },
  source: (step, answer) => {
    const device = answer.name === 'ENOENT' && step.pointer.startsWith('/linux/devices/')
    return device ? tell(step, answer, deviceOfHost) : usual(step, answer)
  },
  write: pageSize,
  change: pageSize,
  // The words are runc's.
  agent: ({ line }, { name, text }) => {
    const hint = hintOf('agent', name)
    return `failed to connect with seccomp agent specified in the seccomp profile: ${line.replace('of seccomp at ', '')}: ${name} (${text})${hint === '' ? '' : `: ${hint}`}`
  },
  // newuidmap(1) gives a message and no errno.
  idmap: (step, answer) =>
    answer.name === 'EREMOTEIO'
      ? `idmap ${step.line}: ${answer.detail}: /etc/subuid and /etc/subgid say which ids a user may map`
      : usual(step, answer),
}

// The planner found that the filter forbids a system call of this step.
const filter = '/linux/seccomp'

const lockedFlag =
  'the source has a mount flag that the host has locked, so it cannot be cleared: leave out the option that clears it'
