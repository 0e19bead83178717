import type { Request } from '../plan/host.ts'

type Options = Pick<Request, 'bundle' | 'mode'> & Partial<Request>

/** What the caller of create or run asks for, with the usual values for all that is not said. */
export function requestOf(options: Options): Request {
  return { detach: false, keep: false, noPivot: false, noNewKeyring: false, pidFile: undefined, ...options }
}
