import { type Static, Type } from '@sinclair/typebox'
import { Strings } from './scalars.ts'

export type Hook = Static<typeof Hook>
export const Hook = Type.Object({
  path: Type.String({ description: 'Absolute path of the program.' }),
  args: Type.Optional(Strings({ description: 'As argv of execve(2), with the name first.' })),
  env: Type.Optional(
    Strings({
      description: 'NAME=value each; without it the environment of the caller, or for startContainer of the process.',
    }),
  ),
  // Milliseconds must fit 32 bits.
  timeout: Type.Optional(Type.Integer({ minimum: 1, maximum: 4_294_967, description: 'Seconds until it is killed.' })),
})

const hooks = (description: string) => Type.Optional(Type.Array(Hook, { description }))

export type Hooks = Static<typeof Hooks>
export const Hooks = Type.Object(
  {
    prestart: hooks('Deprecated: createRuntime, createContainer and startContainer took its place.'),
    createRuntime: hooks('On create, in the namespaces of the runtime, before pivot_root.'),
    createContainer: hooks('On create, in the namespaces of the container, before pivot_root.'),
    startContainer: hooks('On start, in the container, right before the process.'),
    poststart: hooks('On start, in the namespaces of the runtime, once the process runs.'),
    poststop: hooks('On delete, in the namespaces of the runtime.'),
  },
  { description: 'Programs run at the turns of the life of the container, with its state on stdin.' },
)
