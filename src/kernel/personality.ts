/** Execution domains of personality(2), by their OCI name. */
export const personalities = { LINUX: 0x0000, LINUX32: 0x0008 } as const
