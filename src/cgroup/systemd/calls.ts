import type { Call } from './message.ts'
import type { Property, Value } from './value.ts'

const bus = { destination: 'org.freedesktop.DBus', path: '/org/freedesktop/DBus', interface: 'org.freedesktop.DBus' }

const systemd = {
  destination: 'org.freedesktop.systemd1',
  path: '/org/freedesktop/systemd1',
  interface: 'org.freedesktop.systemd1.Manager',
}

/** The first call of every connection; the bus answers with the name of the connection. */
export const hello: Call = { ...bus, member: 'Hello', signature: '', body: [] }

/** Subscribes to the signals of jobs that end. */
export const matchJobs: Call = {
  ...bus,
  member: 'AddMatch',
  signature: 's',
  body: [`type='signal',path='${systemd.path}',interface='${systemd.interface}',member='JobRemoved'`],
}

/** Makes and starts a unit. `replace`: its job takes the place of one that is queued for this unit. */
export function startTransientUnit(name: string, properties: readonly Property[]): Call {
  const body: readonly Value[] = [name, 'replace', pairs(properties), []]
  return { ...systemd, member: 'StartTransientUnit', signature: 'ssa(sv)a(sa(sv))', body }
}

/** Changes the limits of a unit, until the unit ends. */
export function setUnitProperties(name: string, properties: readonly Property[]): Call {
  return { ...systemd, member: 'SetUnitProperties', signature: 'sba(sv)', body: [name, true, pairs(properties)] }
}

export function stopUnit(name: string): Call {
  return { ...systemd, member: 'StopUnit', signature: 'ss', body: [name, 'replace'] }
}

/** Forgets that a unit has failed, so that systemd forgets the unit itself. */
export function resetFailedUnit(name: string): Call {
  return { ...systemd, member: 'ResetFailedUnit', signature: 's', body: [name] }
}

function pairs(properties: readonly Property[]): readonly Value[] {
  return properties.map(({ name, value }) => [name, value])
}
