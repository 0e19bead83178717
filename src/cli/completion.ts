import { bash } from './completion_bash.ts'
import { fish } from './completion_fish.ts'
import { all } from './completion_table.ts'
import { zsh } from './completion_zsh.ts'

/** A script that completes commands, flags and what they take, ids of containers, signals and folders; undefined for a shell that is not known. */
export function completion(shell: string): string | undefined {
  switch (shell) {
    case 'bash':
      return bash(all())
    case 'zsh':
      return zsh(all())
    case 'fish':
      return fish(all())
    default:
      return undefined
  }
}
