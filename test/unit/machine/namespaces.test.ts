import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { scan } from '../../../src/machine/namespaces.ts'
import { native } from '../../../src/native/koffi.ts'
import type { Native } from '../../../src/native/table.ts'

// Queries after the process was found. test/live/ns.test.ts tests the rest.

/** One process, in net:[7]; `later` is the namespace at the same path at the time of the query for its owner, user:[9]. */
const machine = (later: number): Native => {
  const links: Readonly<Record<string, string>> = { '/proc/self/ns/net': 'net:[1]', '/proc/5/ns/net': 'net:[7]' }
  return {
    ...native,
    list: (path) => (path === '/proc' ? '5\0' : -2),
    link: (path) => links[path] ?? -2,
    read: () => -2,
    mode: () => -2,
    namespace: (_, way) => (way === '' ? `${0x40000000} ${later} -1` : way === 'u' ? `${0x10000000} 9 1000` : -1),
  }
}

test('an owner belongs to the namespace that was found, not to another one that has its path by then', () => {
  const found = scan(machine(7)).found.get(7)
  assert.equal([found?.owner, found?.uid], [9, 1000])
  const { found: gone } = scan(machine(8))
  assert.equal([gone.get(7)?.owner, gone.get(7)?.uid], [undefined, undefined])
  assert.not(gone.has(9))
})

test.run()
