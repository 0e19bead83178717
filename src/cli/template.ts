const caps = ['CAP_AUDIT_WRITE', 'CAP_KILL', 'CAP_NET_BIND_SERVICE']

const devOptions = ['nosuid', 'noexec']

/** The config.json that `ocits spec` writes: a shell in ./rootfs, in namespaces of its own, with few capabilities. */
export function template() {
  return {
    ociVersion: '1.3.0',
    process: {
      terminal: false,
      user: { uid: 0, gid: 0 },
      args: ['sh'],
      env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'TERM=xterm'],
      cwd: '/',
      capabilities: { bounding: caps, effective: caps, permitted: caps },
      rlimits: [{ type: 'RLIMIT_NOFILE', hard: 1024, soft: 1024 }],
      noNewPrivileges: true,
    },
    root: { path: 'rootfs', readonly: true },
    hostname: 'ocits',
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc' },
      {
        destination: '/dev',
        type: 'tmpfs',
        source: 'tmpfs',
        options: ['nosuid', 'strictatime', 'mode=755', 'size=65536k'],
      },
      {
        destination: '/dev/pts',
        type: 'devpts',
        source: 'devpts',
        options: [...devOptions, 'newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5'],
      },
      {
        destination: '/dev/shm',
        type: 'tmpfs',
        source: 'shm',
        options: [...devOptions, 'nodev', 'mode=1777', 'size=65536k'],
      },
      { destination: '/dev/mqueue', type: 'mqueue', source: 'mqueue', options: [...devOptions, 'nodev'] },
      { destination: '/sys', type: 'sysfs', source: 'sysfs', options: [...devOptions, 'nodev', 'ro'] },
      {
        destination: '/sys/fs/cgroup',
        type: 'cgroup',
        source: 'cgroup',
        options: [...devOptions, 'nodev', 'relatime', 'ro'],
      },
    ],
    linux: {
      resources: { devices: [{ allow: false, access: 'rwm' }] },
      namespaces: ['pid', 'network', 'ipc', 'uts', 'mount', 'cgroup'].map((type) => ({ type })),
      maskedPaths: [
        '/proc/acpi',
        '/proc/asound',
        '/proc/kcore',
        '/proc/keys',
        '/proc/latency_stats',
        '/proc/timer_list',
        '/proc/timer_stats',
        '/proc/sched_debug',
        '/sys/firmware',
        '/proc/scsi',
      ],
      readonlyPaths: ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'],
    },
  }
}

/**
 * The same for a user who is not root: a user namespace in which that user is root, the host's network, the host's /sys instead of a new sysfs,
 * no gid that is not mapped, and no cgroup limits.
 */
export function rootlessTemplate(ids: { readonly uid: number; readonly gid: number }) {
  const { mounts, linux, ...rest } = template()
  const { resources: _, namespaces, ...others } = linux
  return {
    ...rest,
    mounts: mounts
      .filter(({ destination }) => destination !== '/sys/fs/cgroup')
      .map((mount) => (mount.destination === '/sys' ? hostSys : withoutGid(mount))),
    linux: {
      uidMappings: [{ containerID: 0, hostID: ids.uid, size: 1 }],
      gidMappings: [{ containerID: 0, hostID: ids.gid, size: 1 }],
      namespaces: [...namespaces.filter(({ type }) => type !== 'network'), { type: 'user' }],
      ...others,
    },
  }
}

const hostSys = {
  destination: '/sys',
  type: 'none',
  source: '/sys',
  options: ['rbind', 'nosuid', 'noexec', 'nodev', 'rro'],
}

const withoutGid = <M extends { options?: string[] }>(mount: M): M =>
  mount.options === undefined ? mount : { ...mount, options: mount.options.filter((option) => option !== 'gid=5') }
