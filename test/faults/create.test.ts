import { readdirSync, readFileSync, rmdirSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { untouched } from '../harness/canary.ts'
import { hierarchies } from '../harness/cgroups.ts'
import type { Faulted, Place, Recorded } from '../harness/inject.ts'
import { reaches, stateOf } from '../harness/life.ts'
import { live } from '../harness/live.ts'
import { succeeded } from '../harness/outcome.ts'
import { plain, rich, waiting } from './containers.ts'
import { hour, id, ocits, root, sweep, type Trial } from './sweep.ts'

// `create` and `start`, with each call failing once. A created container runs as its config says. Otherwise there is nothing to start.

/** Starts the created container; returns its output. */
async function said({ out }: { readonly out: string }): Promise<string> {
  assert.is((await stateOf(ocits, id)).status, 'created')
  succeeded(await ocits(['start', id]))
  await reaches(ocits, id, 'stopped')
  return readFileSync(out, 'utf8')
}

const EPERM = 1
const atHome = (text: string) => text.replace('HOME=/\n', 'HOME=/srv/home\n')

/** The same if the init may have died meanwhile: then there is no output. */
async function saidIfStarted({ out }: { readonly out: string }): Promise<string> {
  const { code } = await ocits(['start', id])
  await reaches(ocits, id, 'stopped')
  const text = readFileSync(out, 'utf8')
  assert.is(text === '', code !== 0)
  return text
}

/** Whether the init makes this call after READY: the parent need not wait for it any more, and may have reported success. */
function isReady({ places }: Recorded, { process, name, nth }: Place): boolean {
  const calls = places.filter((place) => place.process === process)
  const faultAt = calls.findIndex((call) => call.name === name && call.nth === nth)
  const says = calls.map((call) => call.name).lastIndexOf('sendto')
  return process !== '0' && says >= 0 && faultAt > says
}

/** Calls after the container waits: those of start, and those of the init that continues. */
function ofStart(places: readonly Place[]): readonly Place[] {
  const accepts = places.findIndex(({ name }) => name === 'accept4')
  assert.ok(accepts > 0)
  const init = places[accepts]?.process
  return places.filter(({ process }, i) => process === '0' || (process === init && i >= accepts))
}

const ofCgroups = (places: readonly Place[]) =>
  places.filter(({ process, name }) => process === '0' && /^(l?stat|mkdir|open|write|access|close|rmdir)$/.test(name))

for (const [name, make] of Object.entries({ plain, rich })) {
  live(
    `create: ${name}`,
    () =>
      untouched(async () => {
        const path = await make()
        const command = [...ocits.command, 'create', '--bundle', path, id]
        let whole: string | undefined
        const judge: Trial['judge'] = async (result, base, _, { place, what }) => {
          const { code, out } = result
          if (code !== 0) assert.is(readFileSync(out, 'utf8'), '', 'it runs, though the create has failed')
          // A call that create did not make this time may be one of start, which then has the fault.
          else if (isReady(base, place) || !result.hit) assert.ok(['', whole].includes(await saidIfStarted(result)))
          // As in runc, an /etc/passwd that may not be opened counts as missing.
          else if (place.name === 'openat2' && what === EPERM)
            assert.is(atHome(await said(result)), atHome(whole ?? ''))
          else assert.is(await said(result), whole)
        }
        await sweep(
          {
            command,
            judge,
            undoes: true,
            whole: async (base) => {
              whole = await said(base)
            },
          },
          60,
        )
      }),
    hour,
  )

  // The process that create has left makes the init's calls of a start. A shell runs both commands, and only later calls count.
  live(
    `start: ${name}`,
    () =>
      untouched(async () => {
        const path = await make()
        const words = ocits.command.join(' ')
        const script = `${words} create --bundle ${path} ${id} && exec ${words} start ${id}`
        const command = ['sh', '-c', script]
        let whole = ''
        const judge: Trial['judge'] = async ({ code, out }, _, __, { place, what }) => {
          if (code === 0) await reaches(ocits, id, 'stopped')
          const printed = readFileSync(out, 'utf8')
          // If the init is killed in its last step, this looks like a killed program.
          if (place.name === 'execve' && what === 'kill') assert.is(printed, '')
          else if (code === 0) assert.is(printed, whole)
          else assert.ok(whole.startsWith(printed), `half a container: ${printed}`)
        }
        const waited = async (base: Recorded) => {
          await reaches(ocits, id, 'stopped')
          whole = readFileSync(base.out, 'utf8')
        }
        await sweep({ command, judge, whole: waited, of: ofStart }, 60)
      }),
    hour,
  )
}

/** The calls that make the state folder, lock it and set its mode. */
function ofClaim(places: readonly Place[]): readonly Place[] {
  const own = places.filter(({ process }) => process === '0')
  const isLocked = (from: number) => own.slice(from, from + 5).some(({ name }) => name === 'flock')
  const made = own.findIndex(({ name }, i) => name === 'mkdirat' && isLocked(i))
  assert.ok(made >= 0, 'nothing is claimed')
  return own.slice(made, made + 7)
}

live(
  'create: an id that could not be claimed stays free',
  () =>
    untouched(async () => {
      const command = [...ocits.command, 'create', '--bundle', await plain(), id]
      const judge = ({ code }: Faulted) => {
        if (code !== 0) assert.equal(readdirSync(root), [])
      }
      await sweep({ command, judge, errors: true, of: ofClaim }, 40)
    }),
  hour,
)

// There are two folders in each hierarchy. After a failure neither is left. After a success the upper one stays, because others may use it.
live(
  'create: cgroups in a new folder',
  () =>
    untouched(async () => {
      const path = await waiting('/faults/deep/victim')
      const command = [...ocits.command, 'create', '--bundle', path, id]
      const upper = async () => {
        succeeded(await ocits(['delete', '--force', id]))
        for (const top of hierarchies) for (const name of ['faults/deep', 'faults']) rmdirSync(`${top}/${name}`)
      }
      const judge = async ({ code }: Faulted) => {
        if (code === 0) await upper()
      }
      await sweep({ command, judge, whole: upper, errors: true, of: ofCgroups }, 40)
    }),
  hour,
)

test.run()
