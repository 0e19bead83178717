type Terminal = {
  readonly uid: number
  readonly rows: number
  readonly columns: number
  readonly console: boolean
}

/** What `ocits plan` says of a terminal: its size, where one is asked for, its owner, and where it is bound. */
export function terminalLine({ uid, rows, columns, console }: Terminal): string {
  const size = rows === 0 && columns === 0 ? '' : ` of ${rows} rows and ${columns} columns`
  return `of /dev/pts${size} for ${uid}${console ? ', bound on /dev/console' : ''}`
}
