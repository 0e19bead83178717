import { timeout } from './commands.ts'
import type { CommandRow } from './row.ts'

/** What `exec` takes: loaded with it. */
export const execCommand = {
  description: 'run one more program in a running container',
  argument: 'ID PROGRAM...',
  min: 1,
  max: Number.POSITIVE_INFINITY,
  program: true,
  flags: {
    process: { short: 'p', argument: 'FILE', description: 'what to run, as the process of a config.json' },
    detach: { short: 'd', description: 'leave as soon as the program runs' },
    timeout,
    'pid-file': { argument: 'FILE', description: 'write the pid of the program there' },
    env: { short: 'e', argument: 'NAME=VALUE', description: 'one more environment variable', many: true },
    cwd: { argument: 'DIR', description: 'where it starts' },
    user: { short: 'u', argument: 'UID[:GID]', description: 'its user, in numbers' },
    'additional-gids': { short: 'g', argument: 'GID', description: 'one more group', many: true },
    cap: { short: 'c', argument: 'CAP', description: 'one more capability, as CAP_NET_RAW', many: true },
    'no-new-privs': { description: 'no execve may add privileges' },
    apparmor: { argument: 'PROFILE', description: 'its AppArmor profile' },
    'process-label': { argument: 'LABEL', description: 'its SELinux label' },
    cgroup: { argument: '[CONTROLLER,...:]PATH', description: "a cgroup below the container's own", many: true },
    'ignore-paused': { description: 'also in a paused container: the program waits for resume' },
    'preserve-fds': { argument: 'N', description: 'pass N more file descriptors on, from 3' },
    tty: { short: 't', description: 'a terminal' },
    'console-socket': { argument: 'SOCKET', description: 'send the terminal to who listens there' },
    'pidfd-socket': { argument: 'SOCKET', description: 'send its pidfd to who listens there' },
  },
} as const satisfies CommandRow
