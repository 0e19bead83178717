/** A JSON pointer (RFC 6901) into config.json: `''` is the whole, `/mounts/2/options` a part. */
export type Pointer = string

/** What is wrong with a config, and where. */
export type Fault = { readonly pointer: Pointer; readonly message: string }

/** Receives a fault. `pointer` is relative to the value that the rule checks; `''` is that value. */
export type Report = (pointer: Pointer, message: string) => void

/** The pointer of nested keys and indices: `at('mounts', 2)` is `/mounts/2`. */
export function at(...keys: readonly (string | number)[]): Pointer {
  let pointer = ''
  for (const key of keys) pointer += `/${typeof key === 'number' ? key : escapeKey(key)}`
  return pointer
}

/** A Report for a part of the value: `below(report, '/mounts/2')('/type', …)` is about `/mounts/2/type`. */
export function below(report: Report, part: Pointer): Report {
  return (pointer, message) => report(part + pointer, message)
}

// RFC 6901, section 3: `~` and `/` cannot stand for themselves. `~` goes first, or its own escapes would be escaped.
function escapeKey(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}
