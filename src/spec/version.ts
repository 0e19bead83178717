/** The version of the runtime-spec for state and config.json. */
export const specVersion = '1.3.0'
