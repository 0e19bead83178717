import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { folders, paths } from '../../../src/cgroup/folders.ts'
import type { Hierarchies } from '../../../src/cgroup/hierarchy.ts'

const v1 = [
  { mount: '/sys/fs/cgroup/cpu,cpuacct', controllers: ['cpu', 'cpuacct'], own: '/' },
  { mount: '/sys/fs/cgroup/memory', controllers: ['memory'], own: '/slice/mine' },
]
const v2 = { mount: '/sys/fs/cgroup/unified', controllers: [], own: '/a/b' }
const legacy: Hierarchies = { v1, v2: undefined }
const hybrid: Hierarchies = { v1, v2 }
const unified: Hierarchies = { v1: [], v2: { mount: '/sys/fs/cgroup', controllers: ['memory'], own: '/a/b' } }
const cpu = '/sys/fs/cgroup/cpu,cpuacct'
const memory = '/sys/fs/cgroup/memory'

for (const [what, host, path, expected] of [
  ['an absolute path, below the root', legacy, '/x/y', [`${cpu}/x/y`, `${memory}/x/y`]],
  ['a relative path, below the own', legacy, 'x/y', [`${cpu}/x/y`, `${memory}/slice/mine/x/y`]],
  ['no path, the id below the own', legacy, '', [`${cpu}/\0i`, `${memory}/slice/mine/\0i`]],
  ['slashes and dots', legacy, '//x/./y/', [`${cpu}/x/y`, `${memory}/x/y`]],
  [
    'v2 next to v1, below the own cgroup',
    hybrid,
    'x',
    [`${cpu}/x`, `${memory}/slice/mine/x`, '/sys/fs/cgroup/unified/a/b/x'],
  ],
  ['only v2, next to the own cgroup', unified, 'x', ['/sys/fs/cgroup/a/x']],
  ['v2 alone, no path', unified, '', ['/sys/fs/cgroup/a/\0i']],
  ['v2 alone, absolute', unified, '/x', ['/sys/fs/cgroup/x']],
  ['the root itself', unified, '/', ['/sys/fs/cgroup']],
  ['no cgroups', { v1: [], v2: undefined }, '/x', []],
] as const) {
  test(`cgroupsPath: ${what}`, () => assert.equal(paths(folders(host, path)), expected))
}

test.run()
