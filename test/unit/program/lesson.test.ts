import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { planCreate } from '../../../src/plan/plan.ts'
import { callOf, lessons } from '../../../src/program/lesson.ts'
import { single } from '../../../src/program/runs.ts'
import { check } from '../../../src/spec/load.ts'
import { callTable } from '../../../src/step/calls.ts'
import { stages } from '../../../src/step/stages.ts'
import type { Op, Step } from '../../../src/step/step.ts'
import { stepTable } from '../../../src/step/table.ts'
import { hostOf, request } from '../../fixtures/hosts.ts'

const top = new URL('../../../bundles/', import.meta.url)
const bundles = readdirSync(top).filter((name) => existsSync(new URL(`${name}/config.json`, top)))

function planned(name: string): readonly Step[] {
  const text = readFileSync(new URL(`${name}/config.json`, top), 'utf8')
  const checked = check(text)
  const host = hostOf(name, 1) ?? hostOf(name, 2)
  if (checked === undefined || 'faults' in checked || host === undefined) throw new Error(`bundles/${name}`)
  return planCreate(checked.spec, host, { ...request, mode: 'run' }, text)
}

test('each step is in one stage, in its order; the reason is printed once', () => {
  for (const name of bundles) {
    const steps = planned(name)
    const found = lessons(single(steps))
    assert.equal(
      found.flatMap(({ runs }) => runs.flatMap((run) => run.steps)),
      steps,
      name,
    )
    const told = found.filter(({ why }) => why !== undefined).map(({ stage }) => stage)
    assert.is(new Set(told).size, told.length, name)
    assert.equal(new Set(told), new Set(found.map(({ stage }) => stage)), name)
    for (const [at, { stage }] of found.entries()) assert.is.not(stage, found[at + 1]?.stage, name)
  }
})

test('the bundles together have every stage, and begin with the state and end with the program', () => {
  const found = new Set<string>()
  for (const name of bundles) {
    const all = lessons(single(planned(name)))
    for (const { stage } of all) found.add(stage)
    assert.equal([all[0]?.stage, all[all.length - 1]?.stage], ['state', 'exec'], name)
  }
  assert.equal([...found].sort(), Object.keys(stages).sort())
})

test('a call names its namespaces', () => {
  const steps = planned('default').map((step) => callOf(step).call)
  assert.ok(steps.includes('unshare(CLONE_NEWUTS|CLONE_NEWIPC|CLONE_NEWNS|CLONE_NEWNET)'), steps.join('\n'))
  assert.ok(steps.some((call) => /^clone3\(.*CLONE_NEWPID.*\), execveat$/.test(call)))
})

const page = /^[\w.-]+\(([1-8]|2const)\)$/

test('every step has calls and manual pages', () => {
  assert.equal(Object.keys(callTable).sort(), Object.keys(stepTable).sort())
  for (const [op, row] of Object.entries(callTable)) {
    assert.ok(typeof row.call === 'function' || row.call !== '', op)
    for (const each of row.page.split(', ')) assert.match(each, page, op)
  }
})

test('the arguments by which steps are similar exist', () => {
  for (const [op, { alike = [] }] of Object.entries(callTable) as [Op, { alike?: readonly string[] }][])
    for (const name of alike) assert.ok(name in stepTable[op].args, `${op}: ${name}`)
})

test.run()
