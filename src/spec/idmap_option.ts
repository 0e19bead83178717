import type { IDMapping } from './mounts.ts'

/** An id map in an option of a mount, in crun's syntax. `relative`: the mapped ids are those of the container, not of the host. */
export type Mapped = IDMapping & { readonly relative: boolean }

export type IdmapOption = {
  readonly kind: 'idmap' | 'ridmap'
  readonly uids: readonly Mapped[]
  readonly gids: readonly Mapped[]
}

const idEnd = 4_294_967_295

/**
 * `idmap=uids=0-1000-1#1-2000-10;gids=@0-1-10`: the first id in the file system, the first one that is shown for it, how many.
 * undefined: another option; a string: what is wrong.
 */
export function idmapOption(option: string): IdmapOption | string | undefined {
  const kind = option.startsWith('idmap=') ? 'idmap' : option.startsWith('ridmap=') ? 'ridmap' : undefined
  if (kind === undefined) return undefined
  const found: Record<'uids' | 'gids', Mapped[]> = { uids: [], gids: [] }
  for (const part of option.slice(kind.length + 1).split(';')) {
    if (part === '') continue
    const name = part.slice(0, 5)
    if (name !== 'uids=' && name !== 'gids=') return `${JSON.stringify(part)} is neither uids= nor gids=`
    for (const words of part.slice(5).split('#')) {
      const mapped = mapping(words)
      if (mapped === undefined) return `${JSON.stringify(words)} is not three numbers, as 0-1000-1`
      found[name === 'uids=' ? 'uids' : 'gids'].push(mapped)
    }
  }
  if (found.uids.length === 0 || found.gids.length === 0) return 'it must have both uids= and gids='
  return { kind, ...found }
}

function mapping(words: string): Mapped | undefined {
  const relative = words.startsWith('@')
  const parts = (relative ? words.slice(1) : words).split('-')
  const [containerID, hostID, size] = parts.map(number)
  if (parts.length !== 3 || containerID === undefined || hostID === undefined || size === undefined) return undefined
  return { containerID, hostID, size, relative }
}

function number(text: string): number | undefined {
  const value = Number(text)
  return text !== '' && value >= 0 && value < idEnd && String(value) === text ? value : undefined
}
