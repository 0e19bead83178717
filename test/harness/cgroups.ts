import { readFileSync } from 'node:fs'

const mountinfo = readFileSync('/proc/self/mountinfo', 'utf8')

/** Whether this machine has controllers on cgroup v1. */
export const isV1 = / - cgroup /.test(mountinfo)

export const hasController = (name: string): boolean =>
  isV1
    ? new RegExp(` - cgroup .*\\b${name}\\b`).test(mountinfo)
    : readFileSync('/sys/fs/cgroup/cgroup.controllers', 'utf8').split(/\s/).includes(name)
