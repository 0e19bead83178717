type Terminal = {
  readonly uid: number
  readonly rows: number
  readonly columns: number
  readonly console: boolean
}

/** The line of `ocits plan` for a terminal: its size, if the config has one, its owner, and where it is bound. */
export function terminalLine({ uid, rows, columns, console }: Terminal): string {
  const size = rows === 0 && columns === 0 ? '' : ` of ${rows} rows and ${columns} columns`
  return `of /dev/pts${size} for ${uid}${console ? ', bound on /dev/console' : ''}`
}
