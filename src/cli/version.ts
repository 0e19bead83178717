import { specVersion } from '../spec/version.ts'

/** The version of package.json; a test holds them equal. */
export const version = '0.1.0'

/** The commit that the executable was built from: the build puts it here. Elsewhere, as in Node's own modules, there is none. */
declare const OCITS_COMMIT: string | undefined
export const commit = typeof OCITS_COMMIT === 'string' ? OCITS_COMMIT : ''

/** What `--version` prints: containerd and docker look for `version` in one line, and for `commit:` and `spec:`. */
export const versionText = () =>
  `ocits version ${version}\n${commit === '' ? '' : `commit: ${commit}\n`}spec: ${specVersion}\n`
