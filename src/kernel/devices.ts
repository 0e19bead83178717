/** Device types by their OCI letter, with the file type of mknod(2). `u` is an unbuffered character device. */
export const deviceTypes = { c: 0o020000, u: 0o020000, b: 0o060000, p: 0o010000 } as const

/** The largest numbers a device can have: the kernel keeps 12 bits of major and 20 of minor (linux/kdev_t.h). */
export const maxMajor = 0xfff
export const maxMinor = 0xfffff
