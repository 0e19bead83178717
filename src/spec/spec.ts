import { type Static, Type } from '@sinclair/typebox'
import { Hooks } from './hooks.ts'
import { Linux } from './linux.ts'
import { Mount, Root } from './mounts.ts'
import { Process } from './process.ts'
import { mapOf } from './scalars.ts'

/**
 * config.json of a bundle (runtime-spec 1.3.0) as it is written, without defaults. The fields of other platforms (windows, solaris, vm, zos,
 * freebsd) and unknown ones are ignored.
 */
export type Spec = Static<typeof Spec>
export const Spec = Type.Object(
  {
    ociVersion: Type.String({ description: 'The version of the OCI runtime specification, as 1.3.0.' }),
    root: Type.Optional(Root),
    process: Type.Optional(Process),
    hostname: Type.Optional(Type.String({ description: 'Needs a uts namespace.' })),
    domainname: Type.Optional(Type.String({ description: 'Needs a uts namespace.' })),
    mounts: Type.Optional(Type.Array(Mount, { description: 'Made in this order.' })),
    hooks: Type.Optional(Hooks),
    annotations: Type.Optional(mapOf(Type.String(), { description: 'Anything; shown by state.' })),
    linux: Type.Optional(Linux),
  },
  { title: 'OCI container configuration', description: 'config.json of an OCI bundle, for Linux.' },
)
