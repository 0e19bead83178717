import { lstatSync, readdirSync, readlinkSync } from 'node:fs'

/**
 * All files below a folder, a line each: path, inode, type and mode, owner, device number, size, target; with `times` also the modification
 * time. Without the times, a folder is unchanged after a file was made and removed in it.
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
