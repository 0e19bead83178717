import { S_IFBLK, S_IFCHR, S_IFIFO } from './files.ts'

/** Device types by their OCI letter, with the file type of mknod(2). `u` is an unbuffered character device. */
export const deviceTypes = { c: S_IFCHR, u: S_IFCHR, b: S_IFBLK, p: S_IFIFO } as const

/** The largest numbers a device can have: the kernel keeps 12 bits of major and 20 of minor (linux/kdev_t.h). */
export const maxMajor = 0xfff
export const maxMinor = 0xfffff
