import type { Spec } from './spec.ts'

/** The process keeps the supplementary groups of the caller: podman's `--group-add keep-groups`. Any value but 0 turns it on, as in crun. */
export function keepsGroups({ annotations }: Spec): boolean {
  const value = annotations?.['run.oci.keep_original_groups']
  return value !== undefined && value !== '0'
}
