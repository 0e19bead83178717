import type { Spec } from '../spec/spec.ts'
import type { Step } from '../step/step.ts'
import type { Request } from './host.ts'
import type { State } from './state.ts'

// sd_notify(3): the process of a service says when it is ready. The service manager listens outside of the container, where the process cannot
// reach it, and takes orders from whom it knows. So a socket of ours stands between them, and passes on that one message (native/parent/notify.h).

/** The folder with the socket: its name below the container's state, and where the container has it. runc's, so images rely on it. */
const folder = 'notify'
const inside = '/run/notify'

/** The config of a container that says when it is ready. `state`: the folder of its state. */
export function withNotify(spec: Spec, state: string): Spec {
  const { process, mounts = [] } = spec
  if (process === undefined) return spec
  const options = ['bind', 'ro', 'nosuid', 'nodev', 'noexec']
  return {
    ...spec,
    process: { ...process, env: [...(process.env ?? []), `NOTIFY_SOCKET=${inside}/notify.sock`] },
    mounts: [...mounts, { destination: inside, type: 'bind', source: `${state}/${folder}`, options }],
  }
}

/** Whether a container, by the names in the folder of its state, was made with a socket. */
export const hasNotify = (names: readonly string[]): boolean => names.includes(folder)

export function* notifyFolder({ notifySocket, mode }: Pick<Request, 'notifySocket' | 'mode'>): Generator<Step> {
  if (notifySocket === undefined) return
  yield { op: 'notify_folder', actor: 'parent', pointer: '' }
  if (mode === 'run') yield* hearReady(notifySocket)
}

/** Before the program begins, which may be ready at once. `path`: of the service manager's socket, or with `@` its abstract name. */
export function* hearReady(path: string | undefined): Generator<Step> {
  if (path !== undefined) yield { op: 'notify_socket', actor: 'parent', pointer: '', path }
}

/** Others may kill or delete the container meanwhile. `state`: of one that was made before. */
export function* untilReady(path: string | undefined, state?: State): Generator<Step> {
  if (path === undefined) return
  if (state === undefined) yield { op: 'unlock', actor: 'parent', pointer: '' }
  yield { op: 'notify', actor: 'parent', pointer: '', pid: state?.pid ?? 0, start_time: state?.startTime ?? 0 }
}
