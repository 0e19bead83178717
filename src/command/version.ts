/** The version of package.json; a test holds them equal. */
export const version = '0.1.0'

/** The runtime-spec that state and config.json follow. */
export const specVersion = '1.3.0'

/** What `--version` prints: containerd and docker look for `version` in one line, and for `spec:`. */
export const versionText = () => `ocits version ${version}\nspec: ${specVersion}`
