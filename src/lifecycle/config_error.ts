import { UsageError } from '../failure.ts'
import { errno } from '../kernel/errno.ts'
import type { Native } from '../native/table.ts'
import { specFaults } from '../spec/faults.ts'
import { parsedOrNothing } from '../spec/json.ts'
import { maxConfigSize } from '../spec/load.ts'
import type { Fault } from '../spec/pointer.ts'

/** All faults of a config.json that is not JSON, or does not have the shape of a Spec. */
export function configFaults(config: string): readonly Fault[] {
  const why =
    config.trim() === ''
      ? 'it is empty: `ocits spec` writes one to begin with'
      : config.startsWith('\ufeff')
        ? 'it begins with a byte order mark, which JSON must not have: save it as UTF-8 without one'
        : undefined
  if (why !== undefined) return [{ pointer: '', message: why }]
  const faults = specFaults(config)
  const other = faults.some(({ pointer }) => pointer === '/ociVersion' || pointer === '') ? ofOthers(config) : undefined
  return other === undefined ? faults : [{ pointer: '', message: other }]
}

const bundleOf =
  'a bundle has an OCI config.json, which `ocits spec` writes, and the unpacked root file system beside it'

/** Other files named config.json, or often mistaken for one, with the keys by which each is recognized. */
const others: readonly [keys: readonly string[], what: string][] = [
  [['architecture', 'rootfs', 'os'], `this is docker's image config, not an OCI bundle's: ${bundleOf}`],
  [['schemaVersion', 'layers'], `this is the manifest of an image, not an OCI bundle's config: ${bundleOf}`],
  [['schemaVersion', 'manifests'], `this is the index of an image, not an OCI bundle's config: ${bundleOf}`],
  [['auths'], `this is the config of docker's command, not an OCI bundle's: ${bundleOf}`],
  [['credsStore'], `this is the config of docker's command, not an OCI bundle's: ${bundleOf}`],
  [['Config', 'Driver'], `this is docker's own config of a container, not an OCI bundle's: ${bundleOf}`],
  [['Id', 'HostConfig'], `this is what docker inspect says of a container, not an OCI bundle's config: ${bundleOf}`],
]

function ofOthers(config: string): string | undefined {
  const parsed = parsedOrNothing(config)
  const value: unknown = Array.isArray(parsed) ? parsed[0] : parsed
  if (typeof value !== 'object' || value === null) return undefined
  return others.find(([keys]) => keys.every((key) => Object.hasOwn(value, key)))?.[1]
}

/** A bundle whose config.json cannot be read, and the cure. */
export function unreadable(native: Native, bundle: string, error: number): UsageError {
  const { name, text } = errno(-error)
  const file = `${bundle}/config.json`
  const told: Readonly<Record<string, string>> = {
    ENOENT: `JSON specification file config.json not found in ${bundle}: \`ocits spec\` writes one to begin with`,
    ENOTDIR: `bundle ${bundle}: ${text}: a bundle is the folder that has config.json in it`,
    EISDIR: `${file}: ${text}, and must be a file`,
    EACCES: `${file}: ${text}: user ${native.euid()} may not read it`,
    EFBIG: `${file}: it has more than ${maxConfigSize} bytes, the largest size that is read`,
  }
  return new UsageError('BUNDLE', told[name] ?? `${file}: ${text}`)
}
