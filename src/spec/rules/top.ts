import type { Hook, Hooks } from '../hooks.ts'
import { namespace } from '../namespace.ts'
import { utf8Length } from '../path.ts'
import { at, type Report } from '../pointer.ts'
import type { Spec } from '../spec.ts'

/** sethostname(2) and setdomainname(2) take 64 bytes (__NEW_UTS_LEN). */
const maxHostname = 64

/** The fields at the top: ociVersion, root, hostname, domainname, annotations. */
export function topRules(spec: Spec, report: Report, warn: Report): void {
  const { ociVersion, root, annotations } = spec
  version(ociVersion, report, warn)
  if (root === undefined) report('/root', 'root must be specified')
  else if (root.path === '') report('/root/path', 'path must not be empty')
  if (annotations !== undefined && Object.hasOwn(annotations, '')) {
    report(at('annotations', ''), 'the key of an annotation must not be empty')
  }
  name(spec, 'hostname', report)
  name(spec, 'domainname', report)
}

// In another major version fields may have another meaning. Those of 0.x are mostly the same.
function version(text: string, report: Report, warn: Report): void {
  if (text.startsWith('1.')) return
  const words = `unknown version ${JSON.stringify(text)}`
  const major = text.slice(0, text.indexOf('.'))
  if (major !== '' && String(Number(major)) === major) warn('/ociVersion', `${words}: it is taken as 1.x`)
  else report('/ociVersion', `${words}: 1.x is known`)
}

function name(spec: Spec, key: 'hostname' | 'domainname', report: Report): void {
  const value = spec[key] ?? ''
  if (value === '') return
  if (namespace(spec, 'uts') === undefined) report(at(key), `unable to set ${key} without a private UTS namespace`)
  if (utf8Length(value) > maxHostname) report(at(key), `longer than ${maxHostname} bytes`)
}

export function hookRules(spec: Spec, report: Report): void {
  if (spec.hooks === undefined) return
  absolute(spec.hooks, 'prestart', report)
  absolute(spec.hooks, 'createRuntime', report)
  absolute(spec.hooks, 'createContainer', report)
  absolute(spec.hooks, 'startContainer', report)
  absolute(spec.hooks, 'poststart', report)
  absolute(spec.hooks, 'poststop', report)
}

function absolute(hooks: Hooks, kind: keyof Hooks, report: Report): void {
  hooks[kind]?.forEach((hook: Hook, index: number) => {
    if (!hook.path.startsWith('/')) report(at('hooks', kind, index, 'path'), 'path of a hook must be absolute')
  })
}
