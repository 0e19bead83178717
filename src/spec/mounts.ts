import { type Static, Type } from '@sinclair/typebox'
import { Strings, Uint32 } from './scalars.ts'

export type IDMapping = Static<typeof IDMapping>
export const IDMapping = Type.Object({
  containerID: Uint32({ description: 'The first id inside.' }),
  hostID: Uint32({ description: 'The first id outside.' }),
  size: Uint32({ description: 'How many ids.' }),
})

export const IDMappings = (description: string) => Type.Array(IDMapping, { description })

export type Root = Static<typeof Root>
export const Root = Type.Object(
  {
    path: Type.String({ description: 'The root file system: absolute, or relative to the bundle.' }),
    readonly: Type.Optional(Type.Boolean({ description: 'Make it read-only inside the container.' })),
  },
  { description: 'The root file system of the container.' },
)

export type Mount = Static<typeof Mount>
export const Mount = Type.Object({
  destination: Type.String({ description: 'Absolute path inside the container.' }),
  type: Type.Optional(
    Type.String({ description: 'The file system, as in /proc/filesystems; bind or none for binds.' }),
  ),
  source: Type.Optional(
    Type.String({ description: 'A device, a name, or for binds a path: absolute, or relative to the bundle.' }),
  ),
  options: Type.Optional(Strings({ description: 'As in fstab(5); what is no known option goes to the file system.' })),
  uidMappings: Type.Optional(IDMappings('Ids of an idmapped mount; with gidMappings.')),
  gidMappings: Type.Optional(IDMappings('Ids of an idmapped mount; with uidMappings.')),
})
