import type { Request } from '../plan/host.ts'

type Options = Pick<Request, 'bundle' | 'mode'> & Partial<Request>

/** The request of the caller of create or run, with default values for what is not given. */
export function requestOf(options: Options): Request {
  return { detach: false, keep: false, noPivot: false, noNewKeyring: false, pidFile: undefined, ...options }
}
