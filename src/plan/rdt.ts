import { refuse } from '../failure.ts'
import type { Pointer } from '../spec/pointer.ts'
import { placeholder, type Step } from '../step/step.ts'
import type { Context } from './context.ts'

/** A container's groups of resctrl (Documentation/filesystems/resctrl.rst); paths are texts with placeholders. */
type Groups = {
  /** The class of service: its own, a named one, or the default one, in which all tasks begin. */
  readonly class: string
  readonly kind: 'own' | 'named' | 'default'
  readonly monitor: string | undefined
  readonly lines: readonly (readonly [pointer: Pointer, schemata: string])[]
  readonly status: string
}

/** Before the init is there, so that a wrong schema is found first. */
export function* rdt(context: Context): Generator<Step> {
  const groups = groupsOf(context)
  if (groups === undefined) return
  const { class: path, kind, monitor, lines, status } = groups
  const pointer = kind === 'own' ? '/linux/intelRdt' : '/linux/intelRdt/closID'
  // Others may use a named class, and ocits cannot know when it is not needed any more, so it is never removed.
  const common = { op: 'rdt_group', actor: 'parent', status } as const
  if (kind === 'own' || lines.length > 0) yield { ...common, pointer, path, monitor: false, stays: kind !== 'own' }
  else yield { op: 'rdt_find', actor: 'parent', pointer, path }
  for (const [pointer, schemata] of lines) {
    yield { op: 'rdt_schemata', actor: 'parent', pointer, path, schemata, status }
  }
  const asked = '/linux/intelRdt/enableMonitoring'
  if (monitor !== undefined) yield { ...common, pointer: asked, path: monitor, monitor: true, stays: false }
}

/** The init joins the class, then the monitoring group below it. Its children are born in both. */
export function* joinRdt(context: Context): Generator<Step> {
  const groups = groupsOf(context)
  if (groups === undefined) return
  const dirs = groups.monitor === undefined ? [groups.class] : [groups.class, groups.monitor]
  yield { op: 'join', actor: 'init', pointer: '/linux/intelRdt', dirs }
}

/** What delete removes. */
export function ownGroups(context: Context): readonly string[] {
  const groups = groupsOf(context)
  if (groups === undefined) return []
  const monitor = groups.monitor === undefined ? [] : [groups.monitor]
  return groups.kind === 'own' ? [...monitor, groups.class] : monitor
}

function groupsOf({ spec, host }: Context): Groups | undefined {
  const {
    closID = '',
    l3CacheSchema = '',
    memBwSchema = '',
    schemata = [],
    enableMonitoring,
  } = spec.linux?.intelRdt ?? {}
  const lines = schemaLines(l3CacheSchema, memBwSchema, schemata)
  if (closID === '' && lines.length === 0 && enableMonitoring !== true) return undefined
  const root = host.resctrl
  if (root === undefined) {
    refuse('/linux/intelRdt', 'resctrl is not mounted: mount -t resctrl resctrl /sys/fs/resctrl, if the CPU has it')
  }
  const group = closID === '/' ? root : `${root}/${closID === '' ? placeholder.id : closID}`
  return {
    class: group,
    kind: closID === '' ? 'own' : closID === '/' ? 'default' : 'named',
    monitor: enableMonitoring === true ? `${group}/mon_groups/${placeholder.id}` : undefined,
    lines,
    status: `${root}/info/last_cmd_status`,
  }
}

// In this order (config-linux.md, IntelRdt). memBwSchema replaces the lines of memory bandwidth in l3CacheSchema.
function schemaLines(l3: string, memBw: string, schemata: readonly string[]): Groups['lines'] {
  const found: [Pointer, string][] = []
  const cache = memBw === '' ? l3 : withoutBandwidth(l3)
  if (cache !== '') found.push(['/linux/intelRdt/l3CacheSchema', cache])
  if (memBw !== '') found.push(['/linux/intelRdt/memBwSchema', memBw])
  schemata.forEach((line, index) => {
    found.push([`/linux/intelRdt/schemata/${index}`, line])
  })
  return found
}

function withoutBandwidth(lines: string): string {
  const kept: string[] = []
  for (const line of lines.split('\n')) if (!line.trimStart().startsWith('MB:')) kept.push(line)
  return kept.join('\n')
}
