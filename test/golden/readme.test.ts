import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { planCreate } from '../../src/plan/plan.ts'
import { tableOf } from '../../src/program/explain.ts'
import { rowOfRun, runsOf } from '../../src/program/runs.ts'
import { check } from '../../src/spec/load.ts'
import { request, v1Host } from '../fixtures/hosts.ts'

test('the plan in README.md is that of bundles/hello', () => {
  const text = readFileSync('bundles/hello/config.json', 'utf8')
  const checked = check(text)
  if (checked === undefined || 'faults' in checked) throw new Error('bundles/hello is at fault')
  const steps = planCreate(checked.spec, v1Host, { ...request, bundle: '/bundles/hello' }, text)
  const plan = tableOf(runsOf(steps).map(rowOfRun)).trimEnd()
  assert.ok(readFileSync('README.md', 'utf8').includes(plan), plan)
})

test.run()
