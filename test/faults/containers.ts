import { mkdirSync, writeFileSync } from 'node:fs'
import type { Spec } from '../../src/spec/spec.ts'
import { bundle } from '../harness/bundle.ts'
import { make, proc } from '../harness/make.ts'

// The containers of the long tests: three containers use nearly all fields of a config, and their program prints what it has been given.

/** The default config of `ocits spec`. */
export const plain = async (): Promise<string> => (await bundle('default')).path

const filter: NonNullable<Spec['linux']>['seccomp'] = {
  defaultAction: 'SCMP_ACT_ALLOW',
  syscalls: [{ names: ['getppid', 'personality'], action: 'SCMP_ACT_ERRNO', errnoRet: 38 }],
}

const facts =
  'ns pid id caps names cwd umask env rlimit NOFILE rlimit CORE fds signals privileges filters keyring scheduler ioprio ask getppid 0'

/** The process of a user, with a filter and without no_new_privs, hooks, limits, sysctls, devices, bind mounts. */
export async function rich(): Promise<string> {
  const names = ['CAP_CHOWN', 'CAP_KILL']
  const path = await make({
    ociVersion: '1.3.0',
    process: {
      args: ['/probe', ...facts.split(' '), ...'mount / mount /tmp mount /in mount /dev/shm'.split(' ')].concat(
        'read /proc/sys/kernel/msgmax read /in/file write /in/file read /etc/hidden stat /dev/made mounts'.split(' '),
      ),
      cwd: '/home/of/user',
      env: ['PATH=/', 'WORD=value'],
      user: { uid: 1000, gid: 1001, umask: 0o27, additionalGids: [10, 20] },
      capabilities: { bounding: names, permitted: names, effective: names, inheritable: names, ambient: names },
      rlimits: [
        { type: 'RLIMIT_NOFILE', hard: 1024, soft: 512 },
        { type: 'RLIMIT_CORE', hard: 0, soft: 0 },
      ],
      oomScoreAdj: 100,
      ioPriority: { class: 'IOPRIO_CLASS_BE', priority: 5 },
      scheduler: { policy: 'SCHED_BATCH', nice: 5 },
    },
    root: { path: 'rootfs' },
    hostname: 'rich',
    domainname: 'example',
    mounts: [
      proc,
      { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755', 'size=64k'] },
      { destination: '/dev/shm', type: 'tmpfs', source: 'shm', options: ['nosuid', 'noexec', 'nodev', 'size=64k'] },
      { destination: '/tmp', type: 'tmpfs', source: 'tmpfs', options: ['tmpcopyup', 'size=64k'] },
      { destination: '/in', source: 'in', options: ['rbind', 'ro'] },
    ],
    hooks: {
      createRuntime: [{ path: `${(await bundle('ns-mount')).path}/rootfs/probe`, args: ['probe', 'exit', '0'] }],
      startContainer: [{ path: '/probe', args: ['probe', 'exit', '0'] }],
      poststop: [{ path: `${(await bundle('ns-mount')).path}/rootfs/probe`, args: ['probe', 'exit', '0'] }],
    },
    linux: {
      namespaces: (['pid', 'mount', 'ipc', 'uts', 'network', 'cgroup'] as const).map((type) => ({ type })),
      sysctl: { 'kernel.msgmax': '4321' },
      devices: [{ type: 'c', path: '/dev/made', major: 1, minor: 3, fileMode: 0o640, uid: 1000, gid: 1001 }],
      resources: { devices: [{ allow: false, access: 'rwm' }], pids: { limit: 50 }, memory: { limit: 100_000_000 } },
      seccomp: filter,
      maskedPaths: ['/etc/hidden'],
      readonlyPaths: ['/proc/sys'],
    },
  } as Spec)
  mkdirSync(`${path}/in`)
  writeFileSync(`${path}/in/file`, 'of the host\n')
  mkdirSync(`${path}/rootfs/etc`)
  writeFileSync(`${path}/rootfs/etc/passwd`, 'user:x:1000:1001::/srv/home:/bin/sh\n')
  writeFileSync(`${path}/rootfs/etc/hidden`, 'not to be read\n')
  mkdirSync(`${path}/rootfs/tmp`)
  writeFileSync(`${path}/rootfs/tmp/copied`, 'of the image\n')
  return path
}

/** With its own user namespace, a filter and no_new_privs. */
export async function mapped(): Promise<string> {
  const mappings = [{ containerID: 0, hostID: 100_000, size: 1000 }]
  const path = await make({
    ociVersion: '1.3.0',
    process: {
      args: [
        '/probe',
        ...facts.split(' '),
        ...'mount / mount /proc mount /sys read /proc/self/uid_map mounts'.split(' '),
      ],
      cwd: '/',
      env: ['PATH=/'],
      noNewPrivileges: true,
      capabilities: { bounding: ['CAP_KILL'], permitted: ['CAP_KILL'], effective: ['CAP_KILL'] },
    },
    root: { path: 'rootfs' },
    hostname: 'mapped',
    mounts: [
      proc,
      { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755', 'size=64k'] },
      { destination: '/sys', type: 'sysfs', source: 'sysfs', options: ['nosuid', 'noexec', 'nodev', 'ro'] },
    ],
    linux: {
      namespaces: (['user', 'pid', 'mount', 'ipc', 'uts', 'network', 'cgroup'] as const).map((type) => ({ type })),
      uidMappings: mappings,
      gidMappings: mappings,
      seccomp: filter,
      maskedPaths: ['/proc/keys'],
      readonlyPaths: ['/proc/sys'],
    },
  } as Spec)
  // The container's root has no rights on the host here, and cannot make mount points.
  for (const point of ['proc', 'dev', 'sys']) mkdirSync(`${path}/rootfs/${point}`)
  return path
}

/** A process that prints `ready` and waits for its end. */
export const waiting = (cgroupsPath?: string): Promise<string> =>
  make({
    ociVersion: '1.3.0',
    process: { args: ['/probe', 'trap'], cwd: '/' },
    root: { path: 'rootfs' },
    mounts: [proc],
    linux: {
      ...(cgroupsPath !== undefined && { cgroupsPath }),
      namespaces: (['pid', 'mount', 'ipc', 'uts', 'network', 'cgroup'] as const).map((type) => ({ type })),
      resources: { pids: { limit: 50 } },
    },
  } as Spec)
