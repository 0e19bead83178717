import type { CommandRow } from './row.ts'

const one = { argument: 'ID', min: 1, max: 1 }

/** The commands that neither make nor end a container: their rows are loaded with them (later.ts). */
export const laterCommands = {
  pause: { description: 'freeze all processes of a container', ...one, flags: {} },
  ps: {
    description: 'list the processes of a container',
    argument: 'ID [OPTION...]',
    min: 1,
    max: Number.POSITIVE_INFINITY,
    program: true,
    flags: { format: { short: 'f', argument: 'FORMAT', description: 'table or json' } },
  },
  events: {
    description: 'print what a container uses, again and again, as JSON',
    ...one,
    flags: {
      interval: { argument: 'DURATION', description: 'how long between two lines of what it uses (default: 5s)' },
      stats: { description: 'one line, and no more' },
    },
  },
  wait: {
    description: 'wait until a container has ended, whoever made it, and print how',
    ...one,
    flags: { json: { description: 'as JSON' } },
  },
  update: {
    description: 'change limits of a container; those that are not named stay',
    ...one,
    flags: {
      resources: {
        short: 'r',
        argument: 'FILE',
        description:
          'take them from FILE, or for - from stdin: linux.resources of a config.json; no other flag counts then',
      },
      memory: { argument: 'BYTES', description: 'the limit of memory, as 64m; -1: none' },
      'memory-reservation': { argument: 'BYTES', description: 'what is left to it when memory runs short' },
      'memory-swap': { argument: 'BYTES', description: 'the limit of memory and swap together; -1: none' },
      'cpu-period': { argument: 'MICROSECONDS', description: 'the period of the quota' },
      'cpu-quota': { argument: 'MICROSECONDS', description: 'time of CPUs in each period; -1: no limit' },
      'cpu-burst': { argument: 'MICROSECONDS', description: 'quota that may be saved up' },
      'cpu-share': { argument: 'SHARES', description: 'its weight among others, 2 to 262144' },
      'cpu-idle': { argument: '0|1', description: '1: it runs only when nothing else wants to' },
      'cpu-rt-period': { argument: 'MICROSECONDS', description: 'the period of real time (cgroup v1)' },
      'cpu-rt-runtime': { argument: 'MICROSECONDS', description: 'real time in each such period (cgroup v1)' },
      'cpuset-cpus': { argument: 'CPUS', description: 'the CPUs that it may use, as 0-3,7' },
      'cpuset-mems': { argument: 'NODES', description: 'the nodes of memory that it may use' },
      'blkio-weight': { argument: 'WEIGHT', description: 'its weight at disks, 10 to 1000' },
      'pids-limit': { argument: 'N', description: 'how many tasks it may have; -1: no limit' },
      'l3-cache-schema': { argument: 'SCHEMA', description: 'its share of the L3 cache (resctrl)' },
      'mem-bw-schema': { argument: 'SCHEMA', description: 'its share of memory bandwidth (resctrl)' },
      'kernel-memory': { argument: 'BYTES', description: 'nothing: no kernel has it any more', hidden: true },
      'kernel-memory-tcp': { argument: 'BYTES', description: 'nothing: no kernel has it any more', hidden: true },
    },
  },
  mounts: {
    description: 'add the mounts of a file to a container (WHAT: add), or remove them (remove)',
    argument: 'WHAT ID FILE',
    min: 1,
    max: 3,
    flags: { plan: { description: 'print what would be done, and do nothing' } },
  },
  resume: { description: 'let a paused container go on', ...one, flags: {} },
} as const satisfies Record<string, CommandRow>

export type LaterVerb = keyof typeof laterCommands
