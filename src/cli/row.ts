export type Flag = {
  readonly description: string
  /** What the flag takes, as the help prints it. A flag without it is a switch. */
  readonly argument?: string
  readonly short?: string
  readonly hidden?: true
  /** It may be given several times, and each counts; of the others the last does. */
  readonly many?: true
}

export type Flags = Readonly<Record<string, Flag>>

export type CommandRow = {
  readonly description: string
  /** The words after the command, as the help prints them, and how many of them there must be. */
  readonly argument: string
  readonly min: number
  readonly max: number
  readonly flags: Flags
  /** Its flags end at the first word: what follows is the command line of a program. */
  readonly program?: true
}

/** The flags of a command line by their long names, a switch as `true`; a list is that of a flag which may be given several times. */
export type Values = { [flag: string]: string | true | readonly string[] | undefined }
