import { test } from 'uvu'
import * as assert from 'uvu/assert'
import packageJson from '../../../package.json' with { type: 'json' }
import { rootlessTemplate, template } from '../../../src/cli/template.ts'
import { version } from '../../../src/cli/version.ts'
import { check } from '../../../src/spec/load.ts'
import { specVersion } from '../../../src/spec/version.ts'

for (const [name, spec] of Object.entries({ usual: template(), rootless: rootlessTemplate({ uid: 1000, gid: 100 }) }))
  test(`the ${name} config that ocits writes is valid`, () => {
    const checked = check(JSON.stringify(spec))
    assert.ok(checked !== undefined && 'spec' in checked)
    assert.is(spec.ociVersion, specVersion)
  })

test('by default nobody gets inheritable or ambient capabilities (CVE-2022-29162)', () => {
  assert.equal(Object.keys(template().process.capabilities).sort(), ['bounding', 'effective', 'permitted'])
})

test('without root rights: a user namespace with the caller’s ids, and nothing that needs more', () => {
  const { linux, mounts } = rootlessTemplate({ uid: 1000, gid: 100 })
  assert.equal(linux.uidMappings, [{ containerID: 0, hostID: 1000, size: 1 }])
  assert.equal(linux.gidMappings, [{ containerID: 0, hostID: 100, size: 1 }])
  const types = linux.namespaces.map(({ type }) => type)
  assert.ok(types.includes('user') && !types.includes('network'))
  assert.not.ok('resources' in linux)
  const options = mounts.flatMap((mount) => ('options' in mount ? (mount.options ?? []) : []))
  assert.not.ok(options.some((option) => option.startsWith('gid=')))
})

test('the version is that of the package', () => assert.is(version, packageJson.version))

test.run()
