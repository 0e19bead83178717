/** The runtime-spec that state and config.json follow. */
export const specVersion = '1.3.0'
