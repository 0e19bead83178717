import { lstatSync, readdirSync, readlinkSync } from 'node:fs'

/**
 * All that is below a folder, a line each: path, inode, type and mode, owner, device number, size, target; with `times`, when it was last
 * written to. Without them a folder in which something came and went is as it was.
 */
export function listing(folder: string, { times = false } = {}): readonly string[] {
  const lines: string[] = []
  const visit = (path: string) => {
    const entry = lstatSync(path)
    const size = entry.isDirectory() ? '' : entry.size
    const target = entry.isSymbolicLink() ? ` → ${readlinkSync(path)}` : ''
    const owner = `${entry.uid}:${entry.gid}`
    const time = times ? ` ${entry.mtimeMs}` : ''
    lines.push(`${path} ${entry.ino} ${entry.mode.toString(8)} ${owner} ${entry.rdev} ${size}${target}${time}`)
    if (entry.isDirectory()) for (const name of readdirSync(path).sort()) visit(`${path}/${name}`)
  }
  visit(folder)
  return lines
}
