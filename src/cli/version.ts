import { specVersion } from '../spec/version.ts'

/** The version of package.json; a test holds them equal. */
export const version = '0.1.0'

/** The commit from which the executable was built, inserted by the build. Empty in the modules for Node. */
declare const OCITS_COMMIT: string | undefined
export const commit = typeof OCITS_COMMIT === 'string' ? OCITS_COMMIT : ''

/** What `--version` prints: containerd and docker look for `version` in one line, and for `commit:` and `spec:`. */
export const versionText = () =>
  `ocits version ${version}\n${commit === '' ? '' : `commit: ${commit}\n`}spec: ${specVersion}\n`
