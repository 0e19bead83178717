/** The errors that a decision depends on; errno.ts has the names and words of all (errno(3)). */
export const EPERM = 1
export const ENOENT = 2
export const ESRCH = 3
export const EEXIST = 17
export const ENODEV = 19
export const EPROTOTYPE = 91
export const ECONNREFUSED = 111
export const ESTALE = 116
