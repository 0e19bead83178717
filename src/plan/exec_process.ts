import type { Pointer } from '../spec/pointer.ts'
import type { Capabilities, Process } from '../spec/process.ts'
import type { Spec } from '../spec/spec.ts'
import type { ExecRequest } from './exec_request.ts'

/** The process that exec starts, and what the pointers into it mean: `/process/cwd` may be `process.json#/cwd`, `--cwd`, or config.json's own. */
export type ExecProcess = { readonly process: Process; readonly place: (pointer: Pointer) => Pointer }

/** What a process file that is silent leaves as the container has it. All else of it is as it says: without `env` there is none. */
const kept = [
  'capabilities',
  'rlimits',
  'apparmorProfile',
  'selinuxLabel',
  'oomScoreAdj',
  'scheduler',
  'ioPriority',
  'execCPUAffinity',
] as const satisfies readonly (keyof Process)[]

const flags = {
  args: '',
  terminal: '--tty',
  cwd: '--cwd',
  user: '--user',
  capabilities: '--cap',
  noNewPrivileges: '--no-new-privs',
  apparmorProfile: '--apparmor',
  selinuxLabel: '--process-label',
} as const satisfies { readonly [F in keyof Process]?: string }

export function execProcess({ process: own = { cwd: '/' } }: Spec, request: ExecRequest): ExecProcess {
  const { file } = request
  const model = file === undefined ? own : modelOf(file, own)
  const asked = changes(request, model)
  const process = { ...model, ...asked }
  return { process, place: (pointer) => placeOf(pointer, { file, model, asked }) }
}

function modelOf(file: Process, own: Process): Process {
  const found: Record<string, unknown> = { ...file }
  for (const field of kept) if (isSilent(file[field]) && own[field] !== undefined) found[field] = own[field]
  const umask = file.user?.umask ?? own.user?.umask
  if (umask !== undefined) found.user = { ...file.user, umask }
  return found as Process
}

// Engines write a profile of '' and limits of [].
const isSilent = (value: unknown) => value === undefined || value === '' || (Array.isArray(value) && value.length === 0)

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

function changes(request: ExecRequest, model: Process): Partial<Process> {
  const { args, env, cwd, user, additionalGids, caps, noNewPrivileges, apparmorProfile, selinuxLabel, terminal } =
    request
  const found: Mutable<Partial<Process>> = {}
  // That of config.json is of the container's own process.
  if (terminal === true || request.file === undefined) found.terminal = terminal === true
  if (args.length > 0 || request.file === undefined) found.args = [...args]
  if (env.length > 0) found.env = [...(model.env ?? []), ...env]
  if (cwd !== undefined) found.cwd = cwd
  if (user !== undefined || additionalGids.length > 0) {
    const { uid = 0, gid = 0, additionalGids: groups = [] } = model.user ?? {}
    const ids = user === undefined ? { uid, gid } : { uid: user.uid, gid: user.gid ?? gid }
    found.user = { ...model.user, ...ids, additionalGids: [...groups, ...additionalGids] }
  }
  if (caps.length > 0) found.capabilities = withCaps(model.capabilities, caps)
  if (noNewPrivileges === true) found.noNewPrivileges = true
  if (apparmorProfile !== undefined) found.apparmorProfile = apparmorProfile
  if (selinuxLabel !== undefined) found.selinuxLabel = selinuxLabel
  return found
}

function withCaps(sets: Capabilities = {}, caps: readonly string[]): Capabilities {
  const more = (set: readonly string[] = []) => [...set, ...caps]
  return {
    ...sets,
    bounding: more(sets.bounding),
    permitted: more(sets.permitted),
    effective: more(sets.effective),
  }
}

type Origin = Pick<ExecRequest, 'file'> & { readonly model: Process; readonly asked: Partial<Process> }

function placeOf(pointer: Pointer, { file, model, asked }: Origin): Pointer {
  if (pointer !== '/process' && !pointer.startsWith('/process/')) return pointer
  const [, , field = '', part = ''] = pointer.split('/')
  if (field === 'env' && Number(part) >= (model.env ?? []).length) return '--env'
  if (field === 'user' && part === 'additionalGids' && Object.hasOwn(asked, 'user')) return '--additional-gids'
  if (Object.hasOwn(asked, field) && Object.hasOwn(flags, field)) return flags[field as keyof typeof flags]
  const of = file as Readonly<Record<string, unknown>> | undefined
  if (of === undefined || (field !== '' && isSilent(of[field]) && Object.hasOwn(model, field))) return pointer
  return field === '' ? 'process.json' : `process.json#${pointer.slice('/process'.length)}`
}
