import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { UsageError } from '../../../src/failure.ts'
import { bundlePath, configText } from '../../../src/lifecycle/bundle.ts'
import * as cold from '../../../src/lifecycle/cold.ts'
import { configFaults } from '../../../src/lifecycle/config_error.ts'
import { native } from '../../../src/native/koffi.ts'

const folder = mkdtempSync('/tmp/ocits-unreadable-')
test.after(() => rmSync(folder, { recursive: true }))

function bundle(name: string, content?: string): string {
  mkdirSync(`${folder}/${name}`, { recursive: true })
  if (content !== undefined) writeFileSync(`${folder}/${name}/config.json`, content)
  return `${folder}/${name}`
}

function refuses(path: string, message: string): void {
  try {
    configText({ native, cold: () => cold }, bundlePath(native, path))
    assert.unreachable(`${path} is taken`)
  } catch (failure) {
    assert.instance(failure, UsageError)
    assert.equal([(failure as UsageError).code, (failure as UsageError).message], ['BUNDLE', message])
  }
}

test('the error for an unreadable bundle has the cure', () => {
  const [none, dir, big] = [bundle('none'), bundle('dir'), bundle('big', '')]
  mkdirSync(`${dir}/config.json`)
  truncateSync(`${big}/config.json`, 16 * 1024 * 1024 + 1)
  const plain = `${bundle('plain', '{}')}/config.json`
  refuses(none, `JSON specification file config.json not found in ${none}: \`ocits spec\` writes one to begin with`)
  refuses(dir, `${dir}/config.json: is a directory, and must be a file`)
  refuses(big, `${big}/config.json: it has more than 16777216 bytes, the largest size that is read`)
  refuses(plain, `bundle ${plain}: not a directory: a bundle is the folder that has config.json in it`)
  refuses(`${folder}/nowhere`, `bundle ${folder}/nowhere: no such file or directory`)
})

test('an empty config.json, and one with a byte order mark', () => {
  for (const text of ['', ' \n\t'])
    assert.equal(configFaults(text), [{ pointer: '', message: 'it is empty: `ocits spec` writes one to begin with' }])
  const [fault] = configFaults('\ufeff{}')
  assert.match(fault?.message ?? '', /begins with a byte order mark/)
  assert.not.match(configFaults('{')[0]?.message ?? '', /empty|mark/)
})

test('the error for another file named config.json says what it is', () => {
  const told = (value: unknown) => configFaults(JSON.stringify(value))[0]
  const cure = 'a bundle has an OCI config.json, which `ocits spec` writes, and the unpacked root file system beside it'
  const image = { architecture: 'amd64', os: 'linux', config: {}, rootfs: { type: 'layers', diff_ids: [] } }
  for (const [value, what] of [
    [image, "this is docker's image config, not an OCI bundle's"],
    [{ schemaVersion: 2, config: {}, layers: [] }, "this is the manifest of an image, not an OCI bundle's config"],
    [{ schemaVersion: 2, manifests: [] }, "this is the index of an image, not an OCI bundle's config"],
    [{ auths: {} }, "this is the config of docker's command, not an OCI bundle's"],
    [{ credsStore: 'x' }, "this is the config of docker's command, not an OCI bundle's"],
    [{ Config: {}, Driver: 'overlay2', ID: 'x' }, "this is docker's own config of a container, not an OCI bundle's"],
    [[{ Id: 'x', HostConfig: {} }], "this is what docker inspect says of a container, not an OCI bundle's config"],
  ] as const)
    assert.equal(told(value), { pointer: '', message: `${what}: ${cure}` })
  // A bundle's config stays one, whatever else it contains.
  assert.is(told({ ...image, ociVersion: '1.3.0', root: 1 })?.pointer, '/root')
  assert.is(told({ process: {} })?.pointer, '/ociVersion')
  assert.is(told([])?.message, 'Expected object, not a list')
})

test.run()
