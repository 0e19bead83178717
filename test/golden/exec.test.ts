import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { folders, paths } from '../../src/cgroup/folders.ts'
import { execPlan } from '../../src/plan/exec_plan.ts'
import { execProcess } from '../../src/plan/exec_process.ts'
import type { ExecRequest } from '../../src/plan/exec_request.ts'
import type { Host } from '../../src/plan/host.ts'
import type { State } from '../../src/plan/state.ts'
import { explain } from '../../src/program/explain.ts'
import { check } from '../../src/spec/load.ts'
import type { Process } from '../../src/spec/process.ts'
import type { Spec } from '../../src/spec/spec.ts'
import { placeholder } from '../../src/step/step.ts'
import { v1Host, v2Host } from '../fixtures/hosts.ts'
import { held } from '../harness/golden.ts'

// `exec.json` next to a config is a process file; `exec.txt` is the plan of exec in a container of this config.

const top = new URL('../../bundles/', import.meta.url)
const names = readdirSync(top)
  .filter((name) => existsSync(new URL(`${name}/exec.json`, top)))
  .sort()

const request: ExecRequest = {
  args: [],
  env: [],
  additionalGids: [],
  caps: [],
  cgroups: [],
  detach: false,
  paused: false,
}

function specOf(name: string): Spec {
  const checked = check(readFileSync(new URL(`${name}/config.json`, top), 'utf8'))
  if (checked === undefined || 'faults' in checked) throw new Error(`bundles/${name}: ${JSON.stringify(checked)}`)
  return checked.spec
}

/** A running container, as in its state.json, and the machine as exec sees it: with the cgroups of the container's init. */
function running(name: string, spec: Spec, host: Host): { readonly state: State; readonly host: Host } {
  const own = folders(host, spec.linux?.cgroupsPath ?? '')
  const path = (text: string) => text.replaceAll(placeholder.id, name)
  const at = (hierarchy: Host['v1'][number], text: string) => ({
    ...hierarchy,
    own: path(text).slice(hierarchy.mount.length),
  })
  const types = (spec.linux?.namespaces ?? []).map(({ type }) => type)
  const state: State = {
    ...{ ociVersion: spec.ociVersion, id: name, bundle: `/bundles/${name}`, rootfs: `/bundles/${name}/rootfs` },
    ...{ created: '2026-01-02T03:04:05.678901234Z', owner: 0, boot: '', pid: 4242, startTime: 1000, last: [] },
    cgroups: paths(own).map(path),
    inodes: [],
    namespaces: types,
  }
  return {
    state,
    host: {
      ...host,
      v1: own.v1.map(({ hierarchy, path: text }) => at(hierarchy, text)),
      v2: own.v2 && at(own.v2.hierarchy, own.v2.path),
      isOwn: (type) => !types.includes(type),
    },
  }
}

function planned(name: string, host: Host): string {
  const spec = specOf(name)
  const file = JSON.parse(readFileSync(new URL(`${name}/exec.json`, top), 'utf8')) as Process
  const found = running(name, spec, host)
  const { process, place } = execProcess(spec, { ...request, file })
  const steps = execPlan({ spec: { ...spec, process }, state: found.state }, found.host, {
    ...request,
    file,
    pidFile: '/run/pid',
  })
  return explain(steps.map((step) => ({ ...step, pointer: place(step.pointer) })))
}

function golden(name: string, file: string, host: Host): void {
  const path = new URL(`${name}/${file}`, top)
  test(`bundles/${name}/${file} is the plan of exec; ACCEPT=1 rewrites it`, () => held(planned(name, host), path))
}

test('there are process files', () => assert.ok(names.length >= 4))
for (const name of names) {
  golden(name, 'exec.txt', v1Host)
  if (name === 'default') golden(name, 'exec.v2.txt', v2Host)
}

test.run()
