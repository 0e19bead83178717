import { namespaces as kinds } from '../kernel/namespaces.ts'
import type { Spec } from '../spec/spec.ts'
import type { StepOf } from '../step/step.ts'
import { encodeMessage, type Field, type FieldValue } from './criu_message.ts'

/** What the caller of checkpoint or restore asks CRIU for. */
export type CriuAsked = {
  /** The folder of the images, absolute, and that of the log, if it is another one. */
  readonly images: string
  readonly work: string | undefined
  readonly tcpEstablished: boolean
  readonly extUnixSk: boolean
  readonly shellJob: boolean
  readonly fileLocks: boolean
  readonly autoDedup: boolean
  readonly linkRemap: boolean
  /** Types of namespaces of which only the shell is kept, as CLONE_NEW* flags. */
  readonly cgroupsMode: CgroupsMode | undefined
}

/** criu_cg_mode of images/rpc.proto. */
export const cgroupsModes = { ignore: 0, soft: 3, full: 4, strict: 5 } as const
export type CgroupsMode = keyof typeof cgroupsModes

/** The fields of criu_opts (images/rpc.proto of CRIU) that are used here. */
const options = {
  images_dir_fd: 1,
  pid: 2,
  leave_running: 3,
  ext_unix_sk: 4,
  tcp_established: 5,
  evasive_devices: 6,
  shell_job: 7,
  file_locks: 8,
  log_level: 9,
  log_file: 10,
  notify_scripts: 12,
  root: 13,
  parent_img: 14,
  track_mem: 15,
  auto_dedup: 16,
  work_dir_fd: 17,
  link_remap: 18,
  ext_mnt: 23,
  manage_cgroups: 24,
  cg_root: 25,
  rst_sibling: 26,
  inherit_fd: 27,
  ext_masters: 30,
  manage_cgroups_mode: 34,
  external: 37,
  empty_ns: 38,
  join_ns: 39,
  freeze_cgroup: 44,
  tcp_skip_in_flight: 46,
  orphan_pts_master: 50,
  config_file: 51,
  lsm_profile: 53,
  lsm_mount_context: 63,
} as const

type Option = keyof typeof options
export type CriuOptions = readonly (readonly [name: Option, value: FieldValue])[]

/** criu_req_type of images/rpc.proto. */
const verbs = { dump: 1, restore: 2, 'pre-dump': 4 } as const
export type CriuVerb = keyof typeof verbs
const notify = 6

/** The answer to a notification: go on. */
const goOn: readonly Field[] = [
  [1, notify],
  [3, true],
]

/** CRIU's log has all that it does, as the reason of a failure is often told before the error. */
const logLevel = 4

/** The file in which it is. */
export const logFile = (verb: CriuVerb): string => (verb === 'restore' ? 'restore.log' : 'dump.log')

/** What criu has as its descriptors from `firstFolder` on (native/parent/step_criu.c). */
export const criuFolders = ({ images, work }: CriuAsked): readonly string[] =>
  work === undefined ? [images] : [images, work]
export const firstFolder = 4

/** How CRIU is asked. */
export function ask(
  verb: CriuVerb,
  asked: CriuAsked,
  { spec, more }: { spec: Spec; more: CriuOptions },
): StepOf<'criu_ask'> {
  const all: CriuOptions = [...common(verb, asked, spec), ...more]
  const message = all.map(([name, value]): Field => [options[name], value])
  const request = encodeMessage([
    [1, verbs[verb]],
    [2, message],
  ])
  return { ...step, verb, request }
}

/** The conversation goes on after a notification that was waited for. */
export function goOnWith(): StepOf<'criu_ask'> {
  return { ...step, verb: 'go on', request: encodeMessage(goOn) }
}

const step: StepOf<'criu_ask'> = {
  op: 'criu_ask',
  actor: 'parent',
  pointer: '',
  verb: '',
  join: [],
  request: new Uint8Array(0),
  answer: encodeMessage(goOn),
  until: '',
  dump: false,
}

function common(verb: CriuVerb, asked: CriuAsked, spec: Spec): CriuOptions {
  const { work, cgroupsMode } = asked
  return [
    ['images_dir_fd', firstFolder],
    ['work_dir_fd', work === undefined ? undefined : firstFolder + 1],
    ['log_level', logLevel],
    ['log_file', logFile(verb)],
    ['config_file', configFile(spec)],
    ['notify_scripts', true],
    ['orphan_pts_master', true],
    ['manage_cgroups', true],
    ['manage_cgroups_mode', cgroupsMode === undefined ? undefined : cgroupsModes[cgroupsMode]],
    ['tcp_established', asked.tcpEstablished],
    ['ext_unix_sk', asked.extUnixSk],
    ['shell_job', asked.shellJob],
    ['file_locks', asked.fileLocks],
    ['auto_dedup', asked.autoDedup],
    ['link_remap', asked.linkRemap],
    ['empty_ns', kinds.network.flag], // as runc has it: its devices are those of hooks and engines
  ]
}

/** A file of options that outdo these (criu(8)): runc's, as people have it already, unless an annotation names another one, or none. */
function configFile({ annotations }: Spec): string | undefined {
  return (annotations?.['org.criu.config'] ?? '/etc/criu/runc.conf') || undefined
}
