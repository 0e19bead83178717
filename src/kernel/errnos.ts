/** The errors that a decision depends on; errno.ts has the names and words of all (errno(3)). */
export const EPERM = 1
export const ENOENT = 2
export const ESRCH = 3
export const ENXIO = 6
export const EAGAIN = 11
export const ENOMEM = 12
export const EEXIST = 17
export const ENODEV = 19
export const EISDIR = 21
export const EINVAL = 22
export const EFBIG = 27
export const ELOOP = 40
export const EPROTOTYPE = 91
export const ETIMEDOUT = 110
export const ECONNREFUSED = 111
export const ESTALE = 116
