import type { Hooks } from '../hooks.ts'
import { namespace } from '../namespace.ts'
import { utf8Length } from '../path.ts'
import { at, type Fault } from '../pointer.ts'
import type { Spec } from '../spec.ts'

/** sethostname(2) and setdomainname(2) take 64 bytes (__NEW_UTS_LEN). */
const maxHostname = 64

/** The fields that stand alone: ociVersion, root, hostname, domainname, annotations. */
export function* top(spec: Spec): Generator<Fault> {
  const { ociVersion, root, annotations } = spec
  if (!ociVersion.startsWith('1.')) {
    yield { pointer: '/ociVersion', message: `unknown version ${JSON.stringify(ociVersion)}: 1.x is known` }
  }
  if (root === undefined) yield { pointer: '/root', message: 'root must be specified' }
  else if (root.path === '') yield { pointer: '/root/path', message: 'path must not be empty' }
  if (annotations !== undefined && Object.hasOwn(annotations, '')) {
    yield { pointer: at('annotations', ''), message: 'the key of an annotation must not be empty' }
  }
  yield* name(spec, 'hostname')
  yield* name(spec, 'domainname')
}

function* name(spec: Spec, key: 'hostname' | 'domainname'): Generator<Fault> {
  const value = spec[key] ?? ''
  if (value === '') return
  if (namespace(spec, 'uts') === undefined) {
    yield { pointer: at(key), message: `unable to set ${key} without a private UTS namespace` }
  }
  if (utf8Length(value) > maxHostname) yield { pointer: at(key), message: `longer than ${maxHostname} bytes` }
}

export function* hooks(spec: Spec): Generator<Fault> {
  if (spec.hooks === undefined) return
  for (const kind of kinds) {
    for (const [index, hook] of (spec.hooks[kind] ?? []).entries()) {
      if (!hook.path.startsWith('/')) {
        yield { pointer: at('hooks', kind, index, 'path'), message: 'path of a hook must be absolute' }
      }
    }
  }
}

const kinds = [
  'prestart',
  'createRuntime',
  'createContainer',
  'startContainer',
  'poststart',
  'poststop',
] as const satisfies readonly (keyof Hooks)[]
