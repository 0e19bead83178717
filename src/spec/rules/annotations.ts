import { keepsGroups } from '../annotations.ts'
import { at, type Report } from '../pointer.ts'
import type { Spec } from '../spec.ts'

/** What SELinux knows of labels for a whole file system (mount(8), the context options). */
const contexts = ['context', 'fscontext', 'defcontext', 'rootcontext']

/** The annotations that ocits follows (docs/decisions/013-annotations.md). All others may have any value. */
export function annotationRules(spec: Spec, report: Report): void {
  const type = spec.annotations?.['run.oci.mount_context_type']
  if (type !== undefined && !contexts.includes(type)) {
    report(at('annotations', 'run.oci.mount_context_type'), `Expected one of ${contexts.join(', ')}`)
  }
  if (keepsGroups(spec) && (spec.process?.user?.additionalGids ?? []).length > 0) {
    report(
      '/process/user/additionalGids',
      'run.oci.keep_original_groups leaves the groups as they are: none can be added',
    )
  }
}
