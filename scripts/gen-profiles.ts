import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Seccomp, SeccompArg, SeccompSyscall } from '../src/spec/seccomp.ts'

// Writes the default seccomp profiles of docker and podman, as they write them into config.json for a container on amd64 with
// their default capabilities, from the profiles in Debian's packages.

type Condition = { readonly caps?: readonly string[]; readonly arches?: readonly string[]; readonly minKernel?: string }
type Entry = SeccompSyscall & {
  readonly args: SeccompArg[] | null
  readonly includes?: Condition
  readonly excludes?: Condition
}
type Template = Omit<Seccomp, 'syscalls'> & {
  readonly archMap: readonly { readonly architecture: string; readonly subArchitectures: readonly string[] | null }[]
  readonly syscalls: readonly Entry[]
}

const both = [
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]

const sources = {
  docker: {
    package: 'golang-github-docker-docker-dev',
    path: 'usr/share/gocode/src/github.com/docker/docker/profiles/seccomp/default.json',
    caps: [...both, 'MKNOD', 'NET_RAW', 'AUDIT_WRITE'].map((cap) => `CAP_${cap}`),
  },
  podman: {
    package: 'golang-github-containers-common',
    path: 'usr/share/containers/seccomp.json',
    caps: both.map((cap) => `CAP_${cap}`),
  },
}

for (const [engine, { package: name, path, caps }] of Object.entries(sources)) {
  const dir = mkdtempSync(join(tmpdir(), 'profiles-'))
  const unpacked = spawnSync(new URL('unpack-deb.sh', import.meta.url).pathname, ['trixie', name, dir], {
    encoding: 'utf8',
  })
  if (unpacked.status !== 0) throw new Error(unpacked.stderr)
  const profile = resolve(JSON.parse(readFileSync(join(dir, path), 'utf8')), caps)
  rmSync(dir, { recursive: true })
  writeFileSync(new URL(`../test/oracle/profiles/${engine}.json`, import.meta.url), `${print(profile)}\n`)
  console.log(`${engine}: ${name} ${unpacked.stdout.trim()}, ${profile.syscalls?.length} entries`)
}

function resolve({ defaultAction, defaultErrnoRet, archMap, syscalls }: Template, caps: readonly string[]): Seccomp {
  const own = archMap.find(({ architecture }) => architecture === 'SCMP_ARCH_X86_64')
  const names = ['SCMP_ARCH_X86_64', ...(own?.subArchitectures ?? [])] as NonNullable<Seccomp['architectures']>
  const kept = syscalls.filter((entry) => applies(entry, caps))
  return {
    defaultAction,
    ...(defaultErrnoRet === undefined ? {} : { defaultErrnoRet }),
    architectures: names,
    syscalls: kept.map(({ names, action, errnoRet, args }) => ({
      names,
      action,
      ...(errnoRet === undefined ? {} : { errnoRet }),
      ...(args === null || args === undefined || args.length === 0 ? {} : { args }),
    })),
  }
}

function applies({ includes = {}, excludes = {} }: Entry, caps: readonly string[]): boolean {
  if (includes.arches !== undefined && !includes.arches.includes('amd64')) return false
  if (includes.caps !== undefined && !includes.caps.every((cap) => caps.includes(cap))) return false
  if (excludes.arches?.includes('amd64')) return false
  return !excludes.caps?.some((cap) => caps.includes(cap))
}

function print({ syscalls = [], ...head }: Seccomp): string {
  const text = JSON.stringify(head)
  return `${text.slice(0, -1)},"syscalls":[\n${syscalls.map((entry) => JSON.stringify(entry)).join(',\n')}\n]}`
}
