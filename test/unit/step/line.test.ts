import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { mountAttr, mountAttrAtime, propagation } from '../../../src/kernel/mount.ts'
import { namespaces } from '../../../src/kernel/namespaces.ts'
import { line } from '../../../src/step/line.ts'
import { placeholder, type Step } from '../../../src/step/step.ts'

const init = { actor: 'init', pointer: '' } as const
const parent = { actor: 'parent', pointer: '' } as const
const bind = {
  op: 'bind',
  ...init,
  slot: 3,
  target: '/t',
  no_symlinks: false,
  nofollow: false,
  copy_symlink: false,
  proc_file: false,
  propagation: 0,
} as const
const nothing = { set: 0, clear: 0, must_clear: 0, recursive_set: 0, recursive_clear: 0 }
const mount = { op: 'mount', ...init, no_symlinks: false, cover: false, copyup: false, propagation: 0 } as const
const still = { policy: 0, nice: 0, priority: 0, flags: 0, runtime: 0, deadline: 0, period: 0 } as const
const allCaps = 2 ** 41 - 1

for (const [step, expected] of [
  [{ op: 'setsid', ...init }, 'a session of its own'],
  [{ op: 'keyring', ...init, name: `_ses.${placeholder.id}` }, 'session keyring _ses.<id>'],
  [{ op: 'pidfile', ...parent, path: '/run/p', content: placeholder.pid }, 'the pid to /run/p'],
  [{ op: 'hostname', ...init, name: 'two\nlines' }, 'two\\nlines'],
  [{ op: 'hostname', ...init, name: 'an {escape}\u001b[0m' }, 'an {escape}\\x1b[0m'],
  [{ op: 'spawn', ...parent, flags: 0, into: '', environment: false }, 'the init'],
  [
    { op: 'spawn', ...parent, flags: namespaces.pid.flag, into: `/c/${placeholder.id}`, environment: false },
    'the init pid /c/<id>',
  ],
  [
    { op: 'unshare', ...init, flags: namespaces.network.flag | namespaces.uts.flag | namespaces.time.flag },
    'uts network time',
  ],
  [
    {
      op: 'idmap',
      ...parent,
      uids: '0 1000 1\n1 100000 65536',
      gids: '0 5 1',
      deny_setgroups: true,
      uid_helper: false,
      gid_helper: false,
    },
    'uid 0→1000 ×1, 1→100000 ×65536 gid 0→5 ×1',
  ],
  [{ op: 'time_offsets', ...parent, offsets: 'monotonic 5 0\nboottime -7 9' }, 'monotonic 5 0, boottime -7 9'],
  [{ op: 'prlimit', ...init, resource: 7, soft: 1024, hard: 2n ** 64n - 1n }, 'nofile 1024 18446744073709551615'],
  [
    {
      ...mount,
      fs: 'tmpfs',
      source: 'x',
      target: '/dev',
      attrs: mountAttr.nosuid | mountAttr.rdonly,
      options: ['mode=755'],
    },
    'tmpfs on /dev ro,nosuid mode=755',
  ],
  [{ ...mount, fs: 'proc', source: '', target: '/a b', attrs: 0, options: [] }, 'proc on /a b'],
  [{ ...bind, ...nothing }, 'clone 3 on /t'],
  [
    {
      ...bind,
      ...nothing,
      set: mountAttr.rdonly,
      clear: 99,
      must_clear: mountAttr.nodev,
      propagation: propagation.slave | 0x4000,
    },
    'clone 3 on /t ro dev rslave',
  ],
  [{ ...bind, ...nothing, set: mountAttr.noatime, must_clear: mountAttrAtime }, 'clone 3 on /t noatime'],
  [{ ...bind, ...nothing, must_clear: mountAttrAtime | mountAttr.nosuid }, 'clone 3 on /t suid,relatime'],
  [
    { ...bind, ...nothing, recursive_set: mountAttr.rdonly, recursive_clear: mountAttr.noexec },
    'clone 3 on /t rro rexec',
  ],
  [
    {
      op: 'device',
      ...init,
      path: '/dev/x',
      type: 0o060000,
      device: { major: 8, minor: 1 },
      mode: 0o640,
      uid: 1,
      gid: 2,
    },
    'b /dev/x 8:1 0640 1:2',
  ],
  [
    { op: 'device', ...init, path: '/f', type: 0o010000, device: { major: 0, minor: 0 }, mode: 0, uid: 0, gid: 0 },
    'p /f 0:0 0 0:0',
  ],
  [{ op: 'user', ...init, uid: 1, gid: 2, groups: [], setgroups: true }, '1:2 groups none'],
  [{ op: 'scheduler', ...init, ...still, policy: 3, nice: 2 ** 32 - 5 }, 'SCHED_BATCH nice -5'],
  [
    { op: 'scheduler', ...init, ...still, policy: 1, priority: 99, flags: 1 },
    'SCHED_FIFO priority 99 SCHED_FLAG_RESET_ON_FORK',
  ],
  [
    { op: 'scheduler', ...parent, ...still, policy: 6, runtime: 2n ** 63n, deadline: 5, flags: 6 },
    'SCHED_DEADLINE runtime 9223372036854775808 deadline 5 period 0 ns SCHED_FLAG_RECLAIM SCHED_FLAG_DL_OVERRUN',
  ],
  [{ op: 'io_priority', ...init, value: (1 << 13) | 7 }, 'IOPRIO_CLASS_RT 7'],
  [{ op: 'personality', ...init, domain: 8 }, 'LINUX32'],
  [{ op: 'memory_policy', ...init, mode: 4, nodes: new Uint8Array() }, 'MPOL_LOCAL'],
  [
    { op: 'memory_policy', ...init, mode: 2 | (1 << 15), nodes: new Uint8Array([0b10001011, 0b1, 0, 0b10]) },
    'MPOL_BIND nodes 0-1,3,7-8,25 MPOL_F_STATIC_NODES',
  ],
  [{ op: 'user', ...init, uid: 1, gid: 2, groups: [3, 4], setgroups: true }, '1:2 groups 3 4'],
  [{ op: 'bounding', ...init, caps: 0 }, 'none'],
  [{ op: 'bounding', ...init, caps: allCaps }, 'all'],
  [{ op: 'bounding', ...init, caps: 2 ** 40 + 2 ** 31 + 1 }, 'CHOWN SETFCAP CHECKPOINT_RESTORE'],
  [
    { op: 'capabilities', ...init, effective: 32, permitted: 33, inheritable: 0, ambient: 32 },
    'effective, ambient: KILL; permitted: CHOWN KILL; inheritable: none',
  ],
  [{ op: 'exec', ...init, args: ['/bin/sh', '-c', "echo 'hi'"], env: ['A=secret'] }, "/bin/sh -c 'echo '\\''hi'\\'''"],
  [{ op: 'exec', ...init, args: ['a\nb', '', 'c'], env: [] }, "$'a\\nb' '' c"],
  [{ op: 'signal', ...parent, pid: 5, start_time: 1, signal: 9, lenient: false }, 'SIGKILL to 5'],
  [{ op: 'device_filter', ...parent, dir: '/c', program: new Uint8Array(8) }, 'eBPF device filter on /c'],
  [{ op: 'root_propagation', ...init, flags: propagation.shared }, 'shared on the new /'],
  [{ op: 'join', ...init, dirs: ['/c/cpu/web', '/c/memory/own/web'] }, 'cgroup /c/{cpu,memory/own}/web'],
] as const satisfies readonly (readonly [Step, string])[]) {
  test(`${step.op}: ${expected}`, () => assert.is(line(step), expected))
}

test.run()
