import { bundle, terminal } from './commands.ts'
import type { CommandRow } from './row.ts'

/** Of both. */
const shared = {
  'image-path': { argument: 'DIR', description: 'the folder of the images (default: ./checkpoint)' },
  'work-path': { argument: 'DIR', description: "the folder of CRIU's log (default: that of the images)" },
  'tcp-established': { description: 'with open TCP connections' },
  'ext-unix-sk': { description: 'with connections of unix sockets to outside' },
  'shell-job': { description: 'with a terminal that it shares with the caller' },
  'file-locks': { description: 'with locks of files' },
  'link-remap': { description: 'with files that are open and have no name any more' },
  'manage-cgroups-mode': {
    argument: 'MODE',
    description: 'what CRIU does with cgroups: soft (default), full, strict or ignore',
  },
  'empty-ns': {
    argument: 'TYPE',
    many: true,
    description: 'make this namespace anew, without what is in it: network, which is always so',
  },
  'auto-dedup': { description: 'give back the pages of images that are there twice' },
  'lazy-pages': { description: 'not supported', hidden: true },
} as const

/** A container is written to files, and made of them: their rows are loaded with them (checkpoint.ts). */
export const checkpointCommands = {
  checkpoint: {
    description: 'write the processes of a container to files, by CRIU',
    argument: 'ID',
    min: 1,
    max: 1,
    flags: {
      ...shared,
      'leave-running': { description: 'the container goes on; otherwise it is removed' },
      'pre-dump': { description: 'what it has in memory alone, for a later --parent-path; it goes on' },
      'parent-path': { argument: 'DIR', description: 'the images of a pre-dump, relative to those of --image-path' },
      'tcp-skip-in-flight': { description: 'without TCP connections that are not accepted yet' },
      'page-server': { argument: 'ADDRESS:PORT', description: 'not supported', hidden: true },
      'status-fd': { argument: 'N', description: 'not supported', hidden: true },
    },
  },
  restore: {
    description: 'make a container of what checkpoint has written, where it was',
    argument: 'ID',
    min: 1,
    max: 1,
    flags: {
      ...bundle,
      ...shared,
      ...terminal,
      detach: { short: 'd', description: 'leave as soon as the container runs' },
      'pid-file': { argument: 'FILE', description: 'write the pid of the container there' },
      'lsm-profile': { argument: 'TYPE:NAME', description: 'run under this profile: apparmor:NAME or selinux:LABEL' },
      'lsm-mount-context': { argument: 'CONTEXT', description: 'the SELinux label of its mounts' },
      'no-subreaper': { description: 'nothing: this runtime is no subreaper', hidden: true },
      'no-pivot': { description: 'nothing: CRIU enters the root', hidden: true },
    },
  },
} as const satisfies Record<string, CommandRow>

export type CheckpointVerb = keyof typeof checkpointCommands
