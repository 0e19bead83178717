import { refuse } from '../failure.ts'
import { at } from '../spec/pointer.ts'
import type { Context } from './context.ts'
import type { Wanted } from './filesystems.ts'
import { hostId } from './idmap.ts'

/** Refuses, before anything is made, what the caller or the container's user namespace has no right to do. */
export function checkRights(context: Context, wanted: readonly Wanted[]): void {
  if (context.host.euid !== 0 && context.own.user === undefined) {
    refuse(
      '/linux/namespaces',
      'rootless container requires user namespaces: run as root, or with a config as ocits spec --rootless writes it',
    )
  }
  for (const each of context.isNew.user ? wanted : []) checkOwner(context, each)
}

// The kernel would only say EINVAL.
function checkOwner({ spec }: Context, { pointer, mount }: Wanted): void {
  const { uidMappings = [], gidMappings = [] } = spec.linux ?? {}
  const options = mount.options ?? []
  for (let i = 0; i < options.length; i++) {
    const [name, value, ...more] = (options[i] ?? '').split('=')
    const mappings = name === 'uid' ? uidMappings : name === 'gid' ? gidMappings : undefined
    const id = Number(value)
    if (mappings === undefined || more.length > 0 || !Number.isSafeInteger(id)) continue
    if (hostId(mappings, id) !== undefined) continue
    refuse(`${pointer}${at('options', i)}`, `${name} ${id} is not mapped in the user namespace of the container`)
  }
}
