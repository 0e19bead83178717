import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { UsageError } from '../../../src/failure.ts'
import { systemd } from '../../../src/machine/systemd.ts'
import { native } from '../../../src/native/koffi.ts'
import type { Native } from '../../../src/native/table.ts'
import { delegatedHost, rootlessHost, v2Host } from '../../fixtures/hosts.ts'

const S_IFDIR = 0o040755

/** The real functions, on a machine that systemd has booted. */
const booted = (env: Readonly<Record<string, string>>, uidMap = '0 0 4294967295\n'): Native => ({
  ...native,
  mode: (path) => (path === '/run/systemd/system' ? S_IFDIR : native.mode(path)),
  env: (name) => env[name] ?? -2,
  read: (path, limit) => (path === '/proc/self/uid_map' ? uidMap : native.read(path, limit)),
})

test('root uses the systemd of the machine, whatever the environment says', () => {
  const env = { XDG_RUNTIME_DIR: '/run/user/0', DBUS_SESSION_BUS_ADDRESS: 'unix:path=/x' }
  assert.equal(systemd(booted(env), v2Host), { bus: '/run/dbus/system_bus_socket', cgroup: '' })
})

test('a user uses its own', () => {
  const env = { XDG_RUNTIME_DIR: '/run/user/1000' }
  assert.is(systemd(booted(env), rootlessHost).bus, '/run/user/1000/bus')
  const address = 'tcp:host=a;unix:abstract=/b;unix:path=/c%20d,guid=1'
  assert.is(systemd(booted({ ...env, DBUS_SESSION_BUS_ADDRESS: address }), rootlessHost).bus, '/c d')
})

test('its cgroup is above the caller, or in the place of systemd-logind', () => {
  const env = { XDG_RUNTIME_DIR: '/run/user/1000' }
  const above = '/user.slice/user-7.slice/user@7.service'
  const at = (own: string) => ({ ...v2Host, rootless: true, euid: 0, v2: { mount: '/m', controllers: [], own } })
  assert.is(systemd(booted(env), at(`${above}/app.slice/a.service`)).cgroup, above)
  assert.is(systemd(booted(env), at(above)).cgroup, above)
  const logind = '/user.slice/user-1000.slice/user@1000.service'
  // Root of a user namespace is another user outside.
  assert.is(systemd(booted(env, '         0       1000          1\n'), at('/user.slice/x.scope')).cgroup, logind)
  assert.ok(delegatedHost.rootless)
})

test('without a systemd or its address there is an error', () => {
  const said = (words: string) => (failure: unknown) =>
    failure instanceof UsageError && failure.code === 'SYSTEM' && failure.message.includes(words)
  const unbooted: Native = { ...booted({}), mode: () => -2 }
  assert.throws(() => systemd(unbooted, v2Host), said('systemd support is not available'))
  for (const env of [{}, { DBUS_SESSION_BUS_ADDRESS: 'unix:abstract=/b', XDG_RUNTIME_DIR: '/run/user/1' }])
    assert.throws(() => systemd(booted(env), rootlessHost), said("no bus of the user's systemd"))
})

test.run()
