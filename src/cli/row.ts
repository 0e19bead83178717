export type Flag = {
  readonly description: string
  /** The argument of the flag, as help prints it. A flag without one is a switch. */
  readonly argument?: string
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
}

/** The flags of a command line by their long names, a switch as `true`; a list is that of a flag which may be given several times. */
export type Values = { [flag: string]: string | true | readonly string[] | undefined }
