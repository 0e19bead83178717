import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { unknown } from '../../../src/spec/faults.ts'
import { check } from '../../../src/spec/load.ts'
import type { Fault } from '../../../src/spec/pointer.ts'
import { docker } from './docker.ts'
import { full } from './full.ts'
import { fixtures, testPublished } from './published.ts'

type Case = readonly [config: object, ...warnings: readonly string[]]

const linux = (part: object) => ({ linux: part })
const calls = (...names: readonly unknown[]) => linux({ seccomp: { syscalls: [{ names: ['read'] }, { names }] } })
const ignored = 'unknown property, which is ignored'

const cases: Readonly<Record<string, Case>> = {
  'a slip at the top': [{ proces: {} }, `/proces ${ignored}: did you mean process?`],
  'another one': [{ hostnme: 'x' }, `/hostnme ${ignored}: did you mean hostname?`],
  'two signs that changed places': [{ monuts: [] }, `/monuts ${ignored}: did you mean mounts?`],
  'in an object': [
    { process: { noNewPriviledges: true } },
    `/process/noNewPriviledges ${ignored}: did you mean noNewPrivileges?`,
  ],
  'below it': [
    { process: { capabilities: { boundig: [] } } },
    `/process/capabilities/boundig ${ignored}: did you mean bounding?`,
  ],
  'two in one': [
    linux({ seccmp: {}, namespace: [] }),
    `/linux/seccmp ${ignored}: did you mean seccomp?`,
    `/linux/namespace ${ignored}: did you mean namespaces?`,
  ],
  'in an entry of a list': [
    { mounts: [{}, { destination: '/a', option: [] }] },
    `/mounts/1/option ${ignored}: did you mean options?`,
  ],
  'in an entry of a map': [
    linux({ netDevices: { 'eth0/1': { nam: 'x' } } }),
    `/linux/netDevices/eth0~11/nam ${ignored}: did you mean name?`,
  ],
  'in hooks': [
    { hooks: { poststrat: [], prestart: [{ path: '/a', arg: [] }] } },
    `/hooks/poststrat ${ignored}: did you mean poststart?`,
    `/hooks/prestart/0/arg ${ignored}: did you mean args?`,
  ],
  'in limits': [
    linux({ resources: { memory: { limits: 1 }, cpus: { quota: 1 } } }),
    `/linux/resources/memory/limits ${ignored}: did you mean limit?`,
    `/linux/resources/cpus ${ignored}: did you mean cpu?`,
  ],
  'in a filter': [
    linux({ seccomp: { syscalls: [{ names: ['read'], errnoRets: 1 }] } }),
    `/linux/seccomp/syscalls/0/errnoRets ${ignored}: did you mean errnoRet?`,
  ],
  'a filter of wrong types': [linux({ seccomp: { syscalls: [null, 7, 'x', [], { names: 7 }, { names: [null] }] } })],
  'a config of wrong types': [[null, 7] as unknown as object],
  'lists and nothings in place of objects': [
    {
      process: [null],
      mounts: [null, 7],
      hooks: { prestart: null },
      linux: { seccomp: { syscalls: null }, resources: 7 },
    },
  ],
  'the case of another tradition': [
    { Process: {}, linux: { cgroups_path: '/x' } },
    `/Process ${ignored}: did you mean process?`,
    `/linux/cgroups_path ${ignored}: did you mean cgroupsPath?`,
  ],
  'all in capitals, which is many slips': [{ ANNOTATIONS: {} }, `/ANNOTATIONS ${ignored}: did you mean annotations?`],
  'in the wrong place': [
    { cgroupsPath: '/a', process: { hostname: 'a', memory: {} } },
    `/cgroupsPath ${ignored}: it belongs into /linux`,
    `/process/hostname ${ignored}: it belongs into the top of the file`,
    `/process/memory ${ignored}: it belongs into /linux/resources`,
  ],
  'in the wrong place, of many places': [
    { options: [], path: '' },
    `/options ${ignored}: it belongs into /mounts/*`,
    `/path ${ignored}`,
  ],
  'like nothing': [{ 'x/y~': 1, zzzzzz: {} }, `/x~1y~0 ${ignored}`, `/zzzzzz ${ignored}`],
  'names that every object has': [{ constructor: 1, toString: 2 }, `/constructor ${ignored}`, `/toString ${ignored}`],
  'nothing below an unknown field': [{ proces: { noNewPriviledges: 1 } }, `/proces ${ignored}: did you mean process?`],
  'null says nothing': [{ proces: null, linux: null, mounts: [null], process: { foo: null } }],
  'what other platforms own, and editors': [
    { windows: { a: 1 }, solaris: {}, vm: {}, zos: {}, freebsd: {}, $schema: 'x', annotations: { proces: 'x' } },
  ],
  'only at the top': [{ process: { windows: 1 } }, `/process/windows ${ignored}`],
  'wrong types are ignored here': [{ process: [], mounts: {}, linux: 3, hooks: 'x' }],
  'system calls': [
    calls('mkdirr', 'read', 'opnat', 'quite_unlike_any', '', 7),
    '/linux/seccomp/syscalls/1/names/0 no system call has the name "mkdirr": did you mean mkdir?',
    '/linux/seccomp/syscalls/1/names/2 no system call has the name "opnat": did you mean openat?',
    '/linux/seccomp/syscalls/1/names/3 no system call has the name "quite_unlike_any"',
  ],
  'calls of other machines': [calls('breakpoint', 'set_tls', 'riscv_flush_icache', 's390_pci_mmio_read', 'spu_run')],
}

const lines = (faults: readonly Fault[]) => faults.map(({ pointer, message }) => `${pointer} ${message}`)
const told = (text: string) => lines(unknown(text))
/** And the warnings of the rules. */
const warned = (text: string) => [...told(text), ...lines(check(text)?.warnings ?? [])]

for (const [name, [config, ...warnings]] of Object.entries(cases))
  test(name, () => assert.equal(told(JSON.stringify(config)), warnings))

test('a text that is no JSON, or no object, has nothing unknown', () => {
  for (const text of ['', '{', '[]', '[{"a":1}]', '3', 'null']) assert.equal(told(text), [])
})

test('everything in the specification is known, and a real filter, too', () => {
  assert.equal(told(JSON.stringify(full)), [])
  assert.equal(told(JSON.stringify(docker)), [])
})

const bundles = new URL('../../../bundles', import.meta.url).pathname
test('validate warns of nothing in any bundle', () => {
  const names = readdirSync(bundles, { withFileTypes: true }).filter((each) => each.isDirectory())
  assert.ok(names.length > 50)
  for (const { name } of names) assert.equal(warned(readFileSync(`${bundles}/${name}/config.json`, 'utf8')), [], name)
})

/** The published examples are of a version before 1.0, and one of them has a field at its old place. */
const old = '/ociVersion unknown version "0.5.0-dev": it is taken as 1.x'
const moved: Readonly<Record<string, readonly string[]>> = {
  'spec-example.json': [`/linux/resources/oomScoreAdj ${ignored}: it belongs into /process`, old],
  'zos-example.json': [old],
}

for (const kind of ['good', 'bad'] as const)
  testPublished(`validate warns of nothing else in any ${kind} fixture of the published schemas`, () => {
    for (const { name, text } of fixtures(kind)) assert.equal(warned(text), moved[name] ?? [], name)
  })

test.run()
