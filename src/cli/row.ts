export type Flag = {
  readonly description: string
  /** The argument of the flag, as help prints it. A flag without one is a switch. */
  readonly argument?: string
  /** The argument may be left out: it comes after `=`, or right after the letter where it is an absolute path. */
  readonly optional?: true
  readonly short?: string
  readonly hidden?: true
  /** The flag may be given several times, and each counts. Of other flags only the last one counts. */
  readonly many?: true
}

export type Flags = Readonly<Record<string, Flag>>

export type CommandRow = {
  readonly description: string
  /** The words after the command, as help prints them, with their minimum and maximum number. */
  readonly argument: string
  readonly min: number
  readonly max: number
  readonly flags: Flags
  /** Its flags end at the first word, as the rest is the command line of a program. */
  readonly program?: true
  /** Its flags are read as by getopt_long(3), as its users know them. The word before them is the value of this one; empty: there is none. */
  readonly getopt?: string
}

/** The flags of a command line by their long names, a switch as `true`; a list is that of a flag which may be given several times. */
export type Values = { [flag: string]: string | true | readonly string[] | undefined }
